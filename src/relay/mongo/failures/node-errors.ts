/**
 * Codes of Node's errors about sockets, names, files and TLS: those of the operating system and of DNS, of streams that
 * end early, of OpenSSL, and of certificates. Others are about arguments, which is a mistake in a program.
 */
const OUTSIDE =
  /^(E(?!RR_)|ERR_(SSL|TLS|OSSL|STREAM|SOCKET)_|(DEPTH_ZERO_)?SELF_SIGNED_|CERT_|CRL_|UNABLE_TO_|INVALID_CA)/

/**
 * Whether an error is one of Node itself about what is outside of the process: the network, DNS, TLS or a file. All of
 * that can mend.
 */
export function isOutsideError(error: unknown): error is Error & { readonly code?: string } {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isOutsideError)
  if (!(error instanceof Error)) return false
  if ('syscall' in error && typeof error.syscall === 'string') return true
  return 'code' in error && typeof error.code === 'string' && OUTSIDE.test(error.code)
}
