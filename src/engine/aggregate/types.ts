import type { BsonDocument, BsonValue, Timestamp } from '../../bson/values.ts'
import type { MergeStage, OutStage } from './stages/output-spec.ts'

/** What a pipeline runs in. */
export interface PipelineContext {
  readonly db: string
  /** Absent for `{aggregate: 1}`. */
  readonly collection: string | undefined
  /** `$$NOW`. */
  readonly now: Date
  /** `$$CLUSTER_TIME`; naming it without one is an error. */
  readonly clusterTime?: Timestamp
  /** The command's `let` variables, evaluated; `undefined` is missing. */
  readonly variables: ReadonlyMap<string, BsonValue | undefined>
  /** The documents of another collection of the same database, for `$lookup`, `$unionWith` and `$graphLookup`. */
  documents(collection: string): Iterable<BsonDocument>
  /**
   * Performs a last stage `$out` or `$merge`. Called once, when the pipeline is run to its end. Default: such a
   * pipeline is refused with CommandNotSupported when it is compiled.
   */
  write?(stage: OutStage | MergeStage, documents: BsonDocument[]): void
}

/** A compiled pipeline or stage: lazy where the stage allows it. */
export type Stage = (input: Iterable<BsonDocument>) => Iterable<BsonDocument>

/** A stage that looks at one document at a time; `undefined` drops it. */
export type DocumentStage = (document: BsonDocument) => BsonDocument | undefined

/** Compiles the specification of a stage that looks at one document at a time. */
export type DocumentStageCompiler = (spec: BsonValue, context: PipelineContext, name: string) => DocumentStage

/** Compiles the specification of any other stage. `compile` is for stages that hold pipelines. */
export type StageCompiler = (spec: BsonValue, context: PipelineContext, compile: InnerCompilers) => Stage

/** What compiles pipelines inside a stage. */
export interface InnerCompilers {
  readonly pipeline: PipelineCompiler
  readonly update: UpdatePipelineCompiler
}

/** Compiles an update that is written as a pipeline. */
export type UpdatePipelineCompiler = (
  stages: readonly BsonValue[],
  context: PipelineContext,
) => (document: BsonDocument) => BsonDocument

/** Compiles a pipeline inside a stage. */
export type PipelineCompiler = (stages: readonly BsonValue[], context: PipelineContext) => Stage
