/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

/** When the documents of a collection are delivered. */
export type Snapshot =
  /** First, where the subscription continues after nothing. */
  | 'FIRST'
  /**
   * First, and again where the subscription would end with `HISTORY_LOST`: then a `snapshotStart` says that everything is to
   * be forgotten, and the documents follow. The state converges whatever happens.
   */
  | 'ON_HISTORY_LOST';

export type ChangesSubscriptionVariables = Exact<{
  db?: string | null | undefined;
  coll?: string | null | undefined;
  operationTypes?: Array<string> | string | null | undefined;
  where?: unknown;
  fullDocument?: FullDocument;
  fullDocumentBeforeChange?: FullDocumentBeforeChange;
  startAfter?: string | null | undefined;
  startAtOperationTime?: unknown;
  last?: number | null | undefined;
  snapshot?: Snapshot | null | undefined;
  format?: EjsonFormat;
}>;


export type ChangesSubscription = { changes: { resumeToken: string, operationType: string, clusterTime: unknown, wallTime: string | null, documentKey: unknown, fullDocument: unknown, fullDocumentBeforeChange: unknown, json: unknown, ns: { db: string, coll: string | null } | null, to: { db: string, coll: string | null } | null, updateDescription: { updatedFields: unknown, removedFields: Array<string> | null } | null } };


export const ChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Changes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"db"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"coll"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"operationTypes"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"EJSON"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"fullDocument"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"FullDocument"}}},"defaultValue":{"kind":"EnumValue","value":"DEFAULT"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"fullDocumentBeforeChange"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"FullDocumentBeforeChange"}}},"defaultValue":{"kind":"EnumValue","value":"OFF"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"startAfter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ResumeToken"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"startAtOperationTime"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Timestamp"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"snapshot"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Snapshot"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"format"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EJSONFormat"}}},"defaultValue":{"kind":"EnumValue","value":"RELAXED"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"db"},"value":{"kind":"Variable","name":{"kind":"Name","value":"db"}}},{"kind":"Argument","name":{"kind":"Name","value":"coll"},"value":{"kind":"Variable","name":{"kind":"Name","value":"coll"}}},{"kind":"Argument","name":{"kind":"Name","value":"operationTypes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"operationTypes"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}},{"kind":"Argument","name":{"kind":"Name","value":"fullDocument"},"value":{"kind":"Variable","name":{"kind":"Name","value":"fullDocument"}}},{"kind":"Argument","name":{"kind":"Name","value":"fullDocumentBeforeChange"},"value":{"kind":"Variable","name":{"kind":"Name","value":"fullDocumentBeforeChange"}}},{"kind":"Argument","name":{"kind":"Name","value":"startAfter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"startAfter"}}},{"kind":"Argument","name":{"kind":"Name","value":"startAtOperationTime"},"value":{"kind":"Variable","name":{"kind":"Name","value":"startAtOperationTime"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"snapshot"},"value":{"kind":"Variable","name":{"kind":"Name","value":"snapshot"}}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"Variable","name":{"kind":"Name","value":"format"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeToken"}},{"kind":"Field","name":{"kind":"Name","value":"operationType"}},{"kind":"Field","name":{"kind":"Name","value":"clusterTime"}},{"kind":"Field","name":{"kind":"Name","value":"wallTime"}},{"kind":"Field","name":{"kind":"Name","value":"ns"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"db"}},{"kind":"Field","name":{"kind":"Name","value":"coll"}}]}},{"kind":"Field","name":{"kind":"Name","value":"to"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"db"}},{"kind":"Field","name":{"kind":"Name","value":"coll"}}]}},{"kind":"Field","name":{"kind":"Name","value":"documentKey"}},{"kind":"Field","name":{"kind":"Name","value":"fullDocument"}},{"kind":"Field","name":{"kind":"Name","value":"fullDocumentBeforeChange"}},{"kind":"Field","name":{"kind":"Name","value":"updateDescription"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updatedFields"}},{"kind":"Field","name":{"kind":"Name","value":"removedFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"json"}}]}}]}}]} as unknown as DocumentNode<ChangesSubscription, ChangesSubscriptionVariables>;