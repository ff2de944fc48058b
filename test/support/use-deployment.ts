import { afterEach, beforeEach } from 'vitest'
import type { EngineOptions } from '../../src/engine/engine.ts'
import { openDeployment, type TestDeployment } from './deployment.ts'

/** A deployment with a database that is the test's own; each test has its own. */
export type DeploymentFixture = TestDeployment & { readonly db: string }

/** Opens a deployment before each test, and stops it after it. */
export function useDeployment(options: EngineOptions = {}): DeploymentFixture {
  let current: DeploymentFixture | undefined
  beforeEach(async () => {
    const deployment = await openDeployment(options)
    current = { ...deployment, db: deployment.newDb() }
  })
  afterEach(async () => {
    await current?.stop()
    current = undefined
  })
  // what it has is there within a test only
  return new Proxy({} as DeploymentFixture, {
    get(_, name) {
      if (!current) throw new Error('The deployment is there within a test only')
      return Reflect.get(current, name)
    },
  })
}
