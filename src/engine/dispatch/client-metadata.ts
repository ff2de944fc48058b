import { isDocument } from '../../bson/values.ts'
import type { Request } from '../wire/message.ts'
import type { ClientConnection } from '../request/command.ts'

/**
 * Keeps the application's name that a handshake tells, once per connection. It is what fail points can be limited to.
 */
export function rememberClient(connection: ClientConnection, { body }: Request): void {
  const client = body.get('client')
  const application = isDocument(client) ? client.get('application') : undefined
  const name = isDocument(application) ? application.get('name') : undefined
  if (typeof name === 'string') connection.appName ??= name
}
