/** A request's headers, by their names in lower case. Node gives them so, and `Object.fromEntries(request.headers)`. */
export interface RequestHeaders {
  readonly [name: string]: string | readonly string[] | undefined
  readonly accept?: string | undefined
  readonly 'accept-encoding'?: string | readonly string[] | undefined
  readonly 'access-control-request-headers'?: string | undefined
  readonly authorization?: string | undefined
  readonly 'content-encoding'?: string | undefined
  readonly 'content-type'?: string | undefined
  readonly cookie?: string | undefined
  readonly host?: string | undefined
  readonly 'if-none-match'?: string | undefined
  readonly origin?: string | undefined
}

/** An answer's headers. */
export type AnswerHeaders = Readonly<Record<string, string | number>>
