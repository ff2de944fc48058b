import { createSocket } from 'node:dgram'

/** What a stub answers to SRV queries. */
export interface SrvTarget {
  readonly name: string
  readonly port: number
}

/** A DNS server on this machine that knows one SRV record, and can be away. */
export interface StubDns {
  /** For `dns.setServers`. */
  readonly address: string
  /** How many queries for SRV records came. */
  readonly queries: () => number
  /** `NXDOMAIN` and `SERVFAIL` are answers; `silent` is none. */
  set(state: 'up' | 'NXDOMAIN' | 'SERVFAIL' | 'silent'): void
  stop(): Promise<void>
}

const SRV = 33
const RESPONSE_CODES = { up: 0, SERVFAIL: 2, NXDOMAIN: 3 }

/**
 * Starts a stub that answers every SRV query with `target`, and all others with nothing. @see
 * https://www.rfc-editor.org/rfc/rfc1035
 */
export async function startStubDns(target: SrvTarget): Promise<StubDns> {
  const socket = createSocket('udp4')
  let state: Parameters<StubDns['set']>[0] = 'up'
  let queries = 0
  socket.on('message', (query, { port, address }) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5)
    const isSrv = question.readUInt16BE(question.length - 4) === SRV
    if (isSrv) queries++
    if (state === 'silent') return
    const answers = isSrv && state === 'up' ? [toSrvRecord(target)] : []
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    // an answer, to a question that asked for recursion, which is there
    header.writeUInt16BE(0x8180 | RESPONSE_CODES[state], 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    socket.send(Buffer.concat([header, question, ...answers]), port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    queries: () => queries,
    set: (next) => void (state = next),
    stop: () => new Promise((resolve) => void socket.close(() => resolve())),
  }
}

function toSrvRecord({ name, port }: SrvTarget): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)])
  const host = Buffer.concat([...labels, Buffer.from([0])])
  const head = Buffer.alloc(18)
  // the name of the question
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(SRV, 2)
  head.writeUInt16BE(1, 4)
  // no time to live
  head.writeUInt16BE(host.length + 6, 10)
  head.writeUInt16BE(port, 16)
  return Buffer.concat([head, host])
}
