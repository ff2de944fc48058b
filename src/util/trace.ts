/** What a span takes note of while it lasts. */
export interface SpanNotes {
  /** Marks it as failed, with a code of `ERROR_CODES`. */
  failed(code: string): void
}

/**
 * Runs something within a span, which ends when the promise settles; a rejection marks it as failed. Runs at once, as
 * the function itself would. Attributes have the names of OpenTelemetry's semantic conventions.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/
 */
export type Trace = <T>(
  name: string,
  attributes: Readonly<Record<string, string>>,
  run: (span: SpanNotes) => Promise<T>,
) => Promise<T>
