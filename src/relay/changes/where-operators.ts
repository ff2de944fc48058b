/** The operators that a filter may use in place of a field. */
export const TOP_LEVEL_WHERE_OPERATORS: readonly string[] = ['$and', '$or', '$nor', '$comment']

/** The operators that a filter may use below a field. */
export const FIELD_WHERE_OPERATORS: readonly string[] = [
  ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$not', '$exists', '$type', '$all', '$elemMatch'],
  '$size',
]

/** Both; none of them runs code, and all cost at most the size of filter times document. */
export const WHERE_OPERATORS: readonly string[] = [...FIELD_WHERE_OPERATORS, ...TOP_LEVEL_WHERE_OPERATORS]
