import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ChangeModel } from './change-model.ts';
import type { ChangesPageModel } from '../changes-page.ts';
import type { GraphQLContext } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant as ISO 8601 in UTC with milliseconds, for example `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: string; output: string; }
  /**
   * Any BSON value as relaxed MongoDB Extended JSON v2, or canonical where `format: CANONICAL` was asked for. Numbers that a
   * JSON number holds exactly are plain numbers in the relaxed form; ObjectId, Decimal128, dates outside the years 1970 to
   * 9999, integers beyond 2^53 and the rest are objects such as `{"$oid": "…"}`. Fields are in the order that MongoDB has them
   * in, whatever their names: read the text of a result where that matters, because JavaScript's objects put integer-like
   * names first.
   *
   * As input it takes Extended JSON as a variable, or a string that holds Extended JSON (GraphQL's own object literals cannot
   * have keys that start with `$` or hold dots). Whatever is given as output is taken as input, and means the same. The order
   * of fields counts. Nothing is guessed: `BAD_USER_INPUT` says what was expected and what came. An integer beyond 2^53 is
   * taken in a literal and in a string; as a JSON number in variables, where it may have lost digits before, it is refused:
   * write `{"$numberLong": "…"}`.
   *
   * See https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
   */
  EJSON: { input: unknown; output: unknown; }
  /** A 64-bit integer as a string of decimal digits, because a JSON number cannot hold it exactly. */
  Long: { input: string; output: string; }
  /**
   * A position in a change stream: just after the event that carries it. An opaque string; pass it back as `startAfter`.
   * Tokens hold the cluster time, the collection's UUID and the document key. A caller who may not see everything gets them sealed;
   * such a token continues subscriptions to the same namespace only.
   */
  ResumeToken: { input: string; output: string; }
  /**
   * A BSON timestamp. Given as `{"$timestamp": {"t": <seconds since 1970>, "i": <ordinal>}}`; taken in that form and, for
   * GraphQL literals, as `{t: …, i: …}`. Both are unsigned 32-bit integers.
   */
  Timestamp: { input: unknown; output: unknown; }
};

/** One change event. Fields have MongoDB's own names; a field is null when the server did not send it. */
export type Change = {
  __typename?: 'Change';
  /** The oplog time of the change. The events of one transaction share it. */
  clusterTime: Maybe<Scalars['Timestamp']['output']>;
  /** The UUID of the collection, which stays when it is renamed. With `showExpandedEvents`; null for a view. */
  collectionUUID: Maybe<Scalars['EJSON']['output']>;
  /** The document's `_id`, preceded by its shard key on a sharded collection. Null for events that are not about a document. */
  documentKey: Maybe<Scalars['EJSON']['output']>;
  /** The document: always for `insert` and `replace`, for `update` as the `fullDocument` argument asks. */
  fullDocument: Maybe<Scalars['EJSON']['output']>;
  /** The document before the change, as the `fullDocumentBeforeChange` argument asks. */
  fullDocumentBeforeChange: Maybe<Scalars['EJSON']['output']>;
  /** The whole event as the server sent it, as far as the caller may see it. */
  json: Scalars['EJSON']['output'];
  /**
   * The same as a text of Extended JSON. Most readers of JSON make objects that do not keep the order of fields: those of
   * JavaScript put names such as `7` first.
   */
  jsonText: Scalars['String']['output'];
  /** The transaction's session, when the change was part of one. */
  lsid: Maybe<Scalars['EJSON']['output']>;
  /** What changed. Null for `invalidate`. */
  ns: Maybe<Namespace>;
  /** What was done to a collection, such as the indexes of `createIndexes`. With `showExpandedEvents`. */
  operationDescription: Maybe<Scalars['EJSON']['output']>;
  /** `insert`, `update`, `replace`, `delete`, `drop`, `rename`, `dropDatabase`, `invalidate`, those that `showExpandedEvents` adds, one that a newer server adds, or what an argument asked the relay to say. */
  operationType: Scalars['String']['output'];
  /** The event's position: pass the last one received as `startAfter` to continue after it. */
  resumeToken: Scalars['ResumeToken']['output'];
  /** The new name, for `rename`. */
  to: Maybe<Namespace>;
  /** The transaction's number in its session, when the change was part of one. */
  txnNumber: Maybe<Scalars['Long']['output']>;
  /** What an `update` changed. */
  updateDescription: Maybe<UpdateDescription>;
  /** The server's wall-clock time of the change (MongoDB 6.0). */
  wallTime: Maybe<Scalars['DateTime']['output']>;
};

/** Changes that follow a position. */
export type ChangesPage = {
  __typename?: 'ChangesPage';
  /** In change-stream order. */
  changes: Array<Change>;
  /** Whether that is all that was acknowledged before the relay was asked: if not, ask again at once. */
  isCurrent: Scalars['Boolean']['output'];
  /** Pass it as `after` to get what follows, also where there were no changes: it moves on while nothing matches. */
  next: Scalars['ResumeToken']['output'];
};

/** How BSON values are written as JSON. */
export type EjsonFormat =
  /** Every type spelled out, nothing lost: for programs. */
  | 'CANONICAL'
  /** Plain JSON numbers where they are exact, ISO 8601 dates: for people. */
  | 'RELAXED';

/** What `fullDocument` of an update event holds; the server's option of the same name. */
export type FullDocument =
  /** Absent for updates. */
  | 'DEFAULT'
  /** The post-image; where an update has none, this subscription ends before it with `UPSTREAM_FAILED`, whatever its filters. */
  | 'REQUIRED'
  /** The current version of the document when the event is read; it may be newer than the event, or null when the document is gone. */
  | 'UPDATE_LOOKUP'
  /** The post-image where the collection records images (MongoDB 6.0), otherwise null. */
  | 'WHEN_AVAILABLE';

/** Whether the document as it was before the change is delivered; the server's option of the same name (MongoDB 6.0). */
export type FullDocumentBeforeChange =
  /** Absent. */
  | 'OFF'
  /** The pre-image; where an event has none, this subscription ends before it with `UPSTREAM_FAILED`, whatever its filters. */
  | 'REQUIRED'
  /** The pre-image where the collection records images, otherwise null. */
  | 'WHEN_AVAILABLE';

/**
 * Writes to try the relay with. Present with the embedded engine only: with a real deployment the relay never writes.
 * Errors: `BAD_USER_INPUT` when the namespace or an argument is not valid, or the engine refuses the write.
 */
export type Mutation = {
  __typename?: 'Mutation';
  /** Deletes one document that `filter` matches; gives whether there was one. */
  deleteOne: Scalars['Boolean']['output'];
  /** Inserts one document and gives its `_id`, made by the engine where `document` has none. */
  insertOne: Maybe<Scalars['EJSON']['output']>;
  /** Updates one document that `filter` matches, by update operators such as `$set`; gives whether it changed one. */
  updateOne: Scalars['Boolean']['output'];
};


/**
 * Writes to try the relay with. Present with the embedded engine only: with a real deployment the relay never writes.
 * Errors: `BAD_USER_INPUT` when the namespace or an argument is not valid, or the engine refuses the write.
 */
export type MutationDeleteOneArgs = {
  coll: Scalars['String']['input'];
  db: Scalars['String']['input'];
  filter: Scalars['EJSON']['input'];
};


/**
 * Writes to try the relay with. Present with the embedded engine only: with a real deployment the relay never writes.
 * Errors: `BAD_USER_INPUT` when the namespace or an argument is not valid, or the engine refuses the write.
 */
export type MutationInsertOneArgs = {
  coll: Scalars['String']['input'];
  db: Scalars['String']['input'];
  document: Scalars['EJSON']['input'];
};


/**
 * Writes to try the relay with. Present with the embedded engine only: with a real deployment the relay never writes.
 * Errors: `BAD_USER_INPUT` when the namespace or an argument is not valid, or the engine refuses the write.
 */
export type MutationUpdateOneArgs = {
  coll: Scalars['String']['input'];
  db: Scalars['String']['input'];
  filter: Scalars['EJSON']['input'];
  update: Scalars['EJSON']['input'];
};

/** A database, or a collection in it. */
export type Namespace = {
  __typename?: 'Namespace';
  /** Absent where a whole database is meant. */
  coll: Maybe<Scalars['String']['output']>;
  db: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  /**
   * The changes that follow a position, for those who cannot hold a subscription: cron jobs, functions, scripts. The same
   * arguments, rules, tokens and errors as the subscription `changes`; counts as one while it waits. Whoever asks
   * again and again with the last `next` misses nothing.
   *
   * A page ends early where it would be too large: after about 1 MiB of events, or what `maxResultBytes` allows.
   */
  changesPage: ChangesPage;
  /**
   * The databases and collections that can be watched, by name: first each database (with `coll` null), then its
   * collections. Internal ones (`admin`, `local`, `config`, `system.*`) are left out, and what the caller may not see.
   */
  namespaces: Array<Namespace>;
  /** The relay that answers. */
  relay: Relay;
};


export type QueryChangesPageArgs = {
  after?: InputMaybe<Scalars['ResumeToken']['input']>;
  coll?: InputMaybe<Scalars['String']['input']>;
  db?: InputMaybe<Scalars['String']['input']>;
  format?: EjsonFormat;
  fullDocument?: FullDocument;
  fullDocumentBeforeChange?: FullDocumentBeforeChange;
  last?: InputMaybe<Scalars['Int']['input']>;
  limit?: Scalars['Int']['input'];
  operationTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  showExpandedEvents?: InputMaybe<Scalars['Boolean']['input']>;
  snapshot?: InputMaybe<Snapshot>;
  startAtOperationTime?: InputMaybe<Scalars['Timestamp']['input']>;
  waitMs?: Scalars['Int']['input'];
  where?: InputMaybe<Scalars['EJSON']['input']>;
};


export type QueryNamespacesArgs = {
  db?: InputMaybe<Scalars['String']['input']>;
};

/** A running relay. */
export type Relay = {
  __typename?: 'Relay';
  /** What the live page watches first. Null where the caller may not watch it. */
  defaultNamespace: Maybe<Namespace>;
  /** Whether the deployment is the embedded engine, free to write to: only then is there a `Mutation` to try things with. */
  embedded: Scalars['Boolean']['output'];
  /** The embedded engine's connection string, for drivers and `mongosh` on its machine. Null with any other deployment. */
  engineUri: Maybe<Scalars['String']['output']>;
  /** The MongoDB version behind it; null while it cannot be reached. */
  serverVersion: Maybe<Scalars['String']['output']>;
  /** Tailrace's version. */
  version: Scalars['String']['output'];
};

/** When the documents of a collection are delivered. */
export type Snapshot =
  /** First, where the subscription continues after nothing. */
  | 'FIRST'
  /**
   * First, and again where the subscription would end with `HISTORY_LOST`: then a `snapshotStart` says that everything is to
   * be forgotten, and the documents follow. The state converges whatever happens.
   */
  | 'ON_HISTORY_LOST';

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * The change events of a collection (`db` and `coll`), of a database (`db` alone) or of the deployment (neither), in
   * change-stream order.
   *
   * **Delivery.** Every matching event from the starting position on is delivered, once per subscription; or the
   * subscription ends with an error whose `extensions.code` says why and whose `extensions.resumeToken` says where to
   * continue. After a reconnect, pass the last `resumeToken` as `startAfter`. Dropping or renaming the watched collection
   * delivers `drop` or `rename`, then `invalidate`, and the subscription goes on with whatever is created under that name.
   *
   * **Start.** At most one of `startAfter`, `startAtOperationTime` and `last` may be given; without any of them the
   * subscription starts now: with the first change after the deployment's cluster time when the relay begins to serve it. An
   * `EventSource` that reconnects continues after its `Last-Event-ID`, whatever the arguments say: event streams have positions
   * from their start on, also while nothing matches.
   *
   * **Slow readers.** A client that does not read what it is sent delays no other one. It gets everything once it reads again,
   * unless it reads nothing at all for a minute (an option of the relay): then it is ended with `SLOW_CONSUMER`.
   *
   * **Outages.** While MongoDB cannot be reached, a new subscription waits for 10 seconds and a running one for 5 minutes
   * (both are options of the relay) before it ends with `UPSTREAM_FAILED`; a running one goes on exactly where it was.
   * `announceInterruptions` says when.
   *
   * **Who sees what.** Where the relay has rules, callers see the change stream of what they may see, as if there were nothing
   * else: documents that move into it are inserted, those that move out are deleted, and fields that they may not see are in
   * no part of an event. All arguments apply to what they see. `FORBIDDEN` when that can be nothing, whether or not there is such a
   * namespace.
   *
   * **Errors** (`extensions.code`): `BAD_USER_INPUT` for an argument that is not valid, `RESUME_TOKEN_INVALID`,
   * `HISTORY_LOST` when the history no longer reaches back to the starting position, `FORBIDDEN`, `EVENT_TOO_LARGE` when the
   * result of one event is over the relay's limit (64 MiB by default; the token is the event's own, so that continuing from
   * it gets past the event), `LIMIT_EXCEEDED` when the relay serves too many subscriptions already, the operation has more
   * than 50 response keys, or the caller's filters are too long or take too much work, `SLOW_CONSUMER`, `UPSTREAM_FAILED`, `SHUTTING_DOWN`.
   *
   * See https://www.mongodb.com/docs/manual/changeStreams/
   */
  changes: Change;
};


export type SubscriptionChangesArgs = {
  announceInterruptions?: Scalars['Boolean']['input'];
  announcePositions?: Scalars['Boolean']['input'];
  announceStart?: Scalars['Boolean']['input'];
  coll?: InputMaybe<Scalars['String']['input']>;
  db?: InputMaybe<Scalars['String']['input']>;
  format?: EjsonFormat;
  fullDocument?: FullDocument;
  fullDocumentBeforeChange?: FullDocumentBeforeChange;
  last?: InputMaybe<Scalars['Int']['input']>;
  operationTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  showExpandedEvents?: InputMaybe<Scalars['Boolean']['input']>;
  snapshot?: InputMaybe<Snapshot>;
  startAfter?: InputMaybe<Scalars['ResumeToken']['input']>;
  startAtOperationTime?: InputMaybe<Scalars['Timestamp']['input']>;
  where?: InputMaybe<Scalars['EJSON']['input']>;
};

/** An array that an update shortened. */
export type TruncatedArray = {
  __typename?: 'TruncatedArray';
  /** The array's dotted path. */
  field: Scalars['String']['output'];
  /** Its length after the update. */
  newSize: Scalars['Int']['output'];
};

/** What an update changed, in dotted paths from the document's root. */
export type UpdateDescription = {
  __typename?: 'UpdateDescription';
  /** Path to its components, for paths whose dots or digits are ambiguous. With `showExpandedEvents` (MongoDB 6.1). */
  disambiguatedPaths: Maybe<Scalars['EJSON']['output']>;
  /** Paths that the update removed. */
  removedFields: Maybe<Array<Scalars['String']['output']>>;
  /** Arrays that became shorter (MongoDB 4.7). */
  truncatedArrays: Maybe<Array<TruncatedArray>>;
  /** Path to new value. */
  updatedFields: Maybe<Scalars['EJSON']['output']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Change: ResolverTypeWrapper<ChangeModel>;
  ChangesPage: ResolverTypeWrapper<ChangesPageModel>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EJSON: ResolverTypeWrapper<Scalars['EJSON']['output']>;
  EJSONFormat: EjsonFormat;
  FullDocument: FullDocument;
  FullDocumentBeforeChange: FullDocumentBeforeChange;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Long: ResolverTypeWrapper<Scalars['Long']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Namespace: ResolverTypeWrapper<Namespace>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Relay: ResolverTypeWrapper<Relay>;
  ResumeToken: ResolverTypeWrapper<Scalars['ResumeToken']['output']>;
  Snapshot: Snapshot;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Timestamp: ResolverTypeWrapper<Scalars['Timestamp']['output']>;
  TruncatedArray: ResolverTypeWrapper<TruncatedArray>;
  UpdateDescription: ResolverTypeWrapper<UpdateDescription>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Boolean: Scalars['Boolean']['output'];
  Change: ChangeModel;
  ChangesPage: ChangesPageModel;
  DateTime: Scalars['DateTime']['output'];
  EJSON: Scalars['EJSON']['output'];
  Int: Scalars['Int']['output'];
  Long: Scalars['Long']['output'];
  Mutation: Record<PropertyKey, never>;
  Namespace: Namespace;
  Query: Record<PropertyKey, never>;
  Relay: Relay;
  ResumeToken: Scalars['ResumeToken']['output'];
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  Timestamp: Scalars['Timestamp']['output'];
  TruncatedArray: TruncatedArray;
  UpdateDescription: UpdateDescription;
};

export type ChangeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Change'] = ResolversParentTypes['Change']> = {
  clusterTime?: Resolver<Maybe<ResolversTypes['Timestamp']>, ParentType, ContextType>;
  collectionUUID?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
  documentKey?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
  fullDocument?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
  fullDocumentBeforeChange?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
  json?: Resolver<ResolversTypes['EJSON'], ParentType, ContextType>;
  jsonText?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  lsid?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
  ns?: Resolver<Maybe<ResolversTypes['Namespace']>, ParentType, ContextType>;
  operationDescription?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
  operationType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  resumeToken?: Resolver<ResolversTypes['ResumeToken'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['Namespace']>, ParentType, ContextType>;
  txnNumber?: Resolver<Maybe<ResolversTypes['Long']>, ParentType, ContextType>;
  updateDescription?: Resolver<Maybe<ResolversTypes['UpdateDescription']>, ParentType, ContextType>;
  wallTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ChangesPageResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ChangesPage'] = ResolversParentTypes['ChangesPage']> = {
  changes?: Resolver<Array<ResolversTypes['Change']>, ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  next?: Resolver<ResolversTypes['ResumeToken'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface EjsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EJSON'], any> {
  name: 'EJSON';
}

export interface LongScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Long'], any> {
  name: 'Long';
}

export type MutationResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  deleteOne?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteOneArgs, 'coll' | 'db' | 'filter'>>;
  insertOne?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType, RequireFields<MutationInsertOneArgs, 'coll' | 'db' | 'document'>>;
  updateOne?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationUpdateOneArgs, 'coll' | 'db' | 'filter' | 'update'>>;
};

export type NamespaceResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Namespace'] = ResolversParentTypes['Namespace']> = {
  coll?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  db?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  changesPage?: Resolver<ResolversTypes['ChangesPage'], ParentType, ContextType, RequireFields<QueryChangesPageArgs, 'format' | 'fullDocument' | 'fullDocumentBeforeChange' | 'limit' | 'waitMs'>>;
  namespaces?: Resolver<Array<ResolversTypes['Namespace']>, ParentType, ContextType, Partial<QueryNamespacesArgs>>;
  relay?: Resolver<ResolversTypes['Relay'], ParentType, ContextType>;
};

export type RelayResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Relay'] = ResolversParentTypes['Relay']> = {
  defaultNamespace?: Resolver<Maybe<ResolversTypes['Namespace']>, ParentType, ContextType>;
  embedded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  engineUri?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  serverVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface ResumeTokenScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ResumeToken'], any> {
  name: 'ResumeToken';
}

export type SubscriptionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  changes?: SubscriptionResolver<ResolversTypes['Change'], "changes", ParentType, ContextType, RequireFields<SubscriptionChangesArgs, 'announceInterruptions' | 'announcePositions' | 'announceStart' | 'format' | 'fullDocument' | 'fullDocumentBeforeChange'>>;
};

export interface TimestampScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Timestamp'], any> {
  name: 'Timestamp';
}

export type TruncatedArrayResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['TruncatedArray'] = ResolversParentTypes['TruncatedArray']> = {
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  newSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UpdateDescriptionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['UpdateDescription'] = ResolversParentTypes['UpdateDescription']> = {
  disambiguatedPaths?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
  removedFields?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  truncatedArrays?: Resolver<Maybe<Array<ResolversTypes['TruncatedArray']>>, ParentType, ContextType>;
  updatedFields?: Resolver<Maybe<ResolversTypes['EJSON']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = GraphQLContext> = {
  Change?: ChangeResolvers<ContextType>;
  ChangesPage?: ChangesPageResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EJSON?: GraphQLScalarType;
  Long?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  Namespace?: NamespaceResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Relay?: RelayResolvers<ContextType>;
  ResumeToken?: GraphQLScalarType;
  Subscription?: SubscriptionResolvers<ContextType>;
  Timestamp?: GraphQLScalarType;
  TruncatedArray?: TruncatedArrayResolvers<ContextType>;
  UpdateDescription?: UpdateDescriptionResolvers<ContextType>;
};

