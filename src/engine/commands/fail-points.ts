/** Fail points that tests set by `configureFailPoint`. */
export class FailPoints {
  /** What a fail point makes of a command that is about to run. */
  check(_command: string): { readonly close: boolean } | undefined {
    return undefined
  }
}
