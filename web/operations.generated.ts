/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type PageRelayQueryVariables = Exact<{ [key: string]: never; }>;


export type PageRelayQuery = { relay: { version: string, embedded: boolean, engineUri: string | null, defaultNamespace: { db: string, coll: string | null } | null } };

export type PageServerQueryVariables = Exact<{ [key: string]: never; }>;


export type PageServerQuery = { relay: { serverVersion: string | null } };

export type PageNamespacesQueryVariables = Exact<{ [key: string]: never; }>;


export type PageNamespacesQuery = { namespaces: Array<{ db: string, coll: string | null }> };

export type PageInsertMutationVariables = Exact<{
  db: string;
  coll: string;
  document: unknown;
}>;


export type PageInsertMutation = { insertOne: unknown };

export type PageUpdateMutationVariables = Exact<{
  db: string;
  coll: string;
  filter: unknown;
  update: unknown;
}>;


export type PageUpdateMutation = { updateOne: boolean };

export type PageDeleteMutationVariables = Exact<{
  db: string;
  coll: string;
  filter: unknown;
}>;


export type PageDeleteMutation = { deleteOne: boolean };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const PageRelayDocument = new TypedDocumentString(`
    query PageRelay {
  relay {
    version
    embedded
    engineUri
    defaultNamespace {
      db
      coll
    }
  }
}
    `) as unknown as TypedDocumentString<PageRelayQuery, PageRelayQueryVariables>;
export const PageServerDocument = new TypedDocumentString(`
    query PageServer {
  relay {
    serverVersion
  }
}
    `) as unknown as TypedDocumentString<PageServerQuery, PageServerQueryVariables>;
export const PageNamespacesDocument = new TypedDocumentString(`
    query PageNamespaces {
  namespaces {
    db
    coll
  }
}
    `) as unknown as TypedDocumentString<PageNamespacesQuery, PageNamespacesQueryVariables>;
export const PageInsertDocument = new TypedDocumentString(`
    mutation PageInsert($db: String!, $coll: String!, $document: EJSON!) {
  insertOne(db: $db, coll: $coll, document: $document)
}
    `) as unknown as TypedDocumentString<PageInsertMutation, PageInsertMutationVariables>;
export const PageUpdateDocument = new TypedDocumentString(`
    mutation PageUpdate($db: String!, $coll: String!, $filter: EJSON!, $update: EJSON!) {
  updateOne(db: $db, coll: $coll, filter: $filter, update: $update)
}
    `) as unknown as TypedDocumentString<PageUpdateMutation, PageUpdateMutationVariables>;
export const PageDeleteDocument = new TypedDocumentString(`
    mutation PageDelete($db: String!, $coll: String!, $filter: EJSON!) {
  deleteOne(db: $db, coll: $coll, filter: $filter)
}
    `) as unknown as TypedDocumentString<PageDeleteMutation, PageDeleteMutationVariables>;