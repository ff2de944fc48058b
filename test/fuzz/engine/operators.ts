/**
 * Names of MongoDB's operators and stages, those included that the engine refuses.
 * @see https://www.mongodb.com/docs/manual/reference/operator/
 */
const words = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => `$${word}`)

/** Operators of expressions, accumulators that are also expressions included. */
export const EXPRESSION_OPERATORS = words(`
  abs accumulator acos acosh add addToSet allElementsTrue and anyElementTrue arrayElemAt arrayToObject asin asinh atan atan2
  atanh avg binarySize bitAnd bitNot bitOr bitXor bottom bottomN bsonSize ceil cmp concat concatArrays cond convert cos cosh
  dateAdd dateDiff dateFromParts dateFromString dateSubtract dateToParts dateToString dateTrunc dayOfMonth dayOfWeek dayOfYear
  degreesToRadians divide eq exp filter first firstN floor function getField gt gte hour ifNull in indexOfArray indexOfBytes
  indexOfCP isArray isNumber isoDayOfWeek isoWeek isoWeekYear last lastN let literal ln log log10 lt lte ltrim map max maxN
  median mergeObjects meta millisecond min minN minute mod month multiply ne not objectToArray or percentile pow push
  radiansToDegrees rand range reduce regexFind regexFindAll regexMatch replaceAll replaceOne reverseArray round rtrim
  sampleRate second setDifference setEquals setField setIntersection setIsSubset setUnion shift sin sinh size slice sortArray
  split sqrt stdDevPop stdDevSamp strcasecmp strLenBytes strLenCP substr substrBytes substrCP subtract sum switch tan tanh
  toBool toDate toDecimal toDouble toHashedIndexKey toInt toLong toLower toObjectId toString toUpper top topN trim trunc
  tsIncrement tsSecond type unsetField week year zip`)

/** Names of arguments that operators with named arguments take. */
export const ARGUMENT_NAMES =
  `amount array as binSize branches case chars cond date dateString day default else endDate field
  find format if in initialValue input inputs iso8601 lang length limit method millisecond minute month n newVal offset onError
  onNull options output p regex replacement second sortBy startDate startOfWeek start subject then timezone to unit useLongestLength
  value vars year hour isoWeek isoWeekYear isoDayOfWeek defaults`
    .trim()
    .split(/\s+/)

/** Operators of filters that stand below a field. */
export const FIELD_OPERATORS = words(`
  eq ne gt gte lt lte in nin exists type all elemMatch size mod regex options bitsAllClear bitsAllSet bitsAnyClear bitsAnySet not
  near nearSphere geoWithin geoIntersects geoNear within maxDistance minDistance uniqueDocs`)

/** Operators of filters that stand in the place of a field. */
export const TOP_OPERATORS = words('and or nor expr jsonSchema where text comment alwaysTrue alwaysFalse sampleRate')

/** Operators of updates. */
export const UPDATE_OPERATORS = words(`
  set unset inc mul min max rename currentDate setOnInsert push addToSet pop pull pullAll bit`)

/** Modifiers of `$push` and `$addToSet`. */
export const PUSH_MODIFIERS = words('each slice sort position')

/** Stages of pipelines. */
export const STAGES = words(`
  addFields bucket bucketAuto changeStream changeStreamSplitLargeEvent collStats count currentOp densify documents facet fill
  geoNear graphLookup group indexStats limit listLocalSessions listSessions lookup match merge out planCacheStats project
  redact replaceRoot replaceWith sample search set setWindowFields skip sort sortByCount unionWith unset unwind vectorSearch`)
