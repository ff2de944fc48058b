/** Options of a connection string that hold a secret. */
const SECRET_OPTIONS =
  /([?&](?:authMechanismProperties|tlsCertificateKeyFilePassword|proxyPassword|proxyUsername)=)[^&#\s]*/gi

// a file's path may hold an @
const CREDENTIALS = /(\b(?!file:)[a-z][a-z\d+.-]*:\/\/)\S*@/gi

/** A connection string, or a text that holds some, without user names, passwords and options that are secret. */
export function redactUri(text: string): string {
  return text.replaceAll(CREDENTIALS, '$1***:***@').replaceAll(SECRET_OPTIONS, '$1***')
}
