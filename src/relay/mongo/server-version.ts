import type { Deployment } from './deployment.ts'

/** The version of the server that answers, such as `8.0.4`; `undefined` while none can be reached. Never rejects. */
export async function serverVersion(deployment: Deployment): Promise<string | undefined> {
  try {
    const { version } = await deployment.control.current().db('admin').command({ buildInfo: 1 })
    return typeof version === 'string' ? version : undefined
  } catch {
    // the caller asks what is there, and nothing is
    return undefined
  }
}
