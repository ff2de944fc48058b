import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { createLineWriter } from '../../src/cli/line-writer.ts'
import { address, usePrograms } from '../support/process/program.ts'

const tailrace = usePrograms()

/** Options with which the program logs something with every connection to nowhere. */
const CHATTY = ['--port', '0', '--mongo', 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50', '--log-level', 'debug']

const health = async (page: string) =>
  (await fetch(new URL('healthz', page), { headers: { connection: 'close' } })).status

describe.skipIf(process.platform === 'win32')('output that cannot be written', () => {
  it('ends no relay when the disk of its log is full', async () => {
    const full = openSync('/dev/full', 'w')
    const program = tailrace(CHATTY, {}, { stderr: full })
    closeSync(full)
    const page = await address(program, 'Live page')
    expect(await health(page)).toBe(200)
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  it.each(['stdout', 'stderr'] as const)('ends no relay when the reader of its %s is gone', async (name) => {
    const program = tailrace(CHATTY)
    const page = await address(program, 'Live page')
    program.child[name]?.destroy()
    expect(await health(page)).toBe(200)
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  it('ends no relay that cannot say where it listens', async () => {
    const full = openSync('/dev/full', 'w')
    const program = tailrace(['--port', '0'], {}, { stdout: full })
    closeSync(full)
    const url = /"url":"([^"]+)"/
    await vi.waitFor(() => expect(program.stderr()).toMatch(url))
    expect(await health(url.exec(program.stderr())?.[1] ?? '')).toBe(200)
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  it('is logged again when there is a reader again, with how much was lost', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tailrace-log-'))
    const fifo = join(folder, 'log')
    execFileSync('mkfifo', [fifo])
    const reader = () => openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    const first = reader()
    const written = openSync(fifo, 'w')
    const program = tailrace(['--port', '0', '--drain-delay', '3s'], {}, { stderr: written })
    closeSync(written)
    const page = await address(program, 'Live page')
    closeSync(first)
    program.child.kill('SIGTERM')
    const ready = async () => (await fetch(new URL('readyz', page), { headers: { connection: 'close' } })).text()
    // which is logged, too
    await vi.waitFor(async () => expect(await ready()).toContain('shutting down'))
    const second = reader()
    expect(await program.exited).toBe(0)
    const text = readFileSync(second, 'utf8')
    closeSync(second)
    rmSync(folder, { recursive: true })
    expect(text).toMatch(/"lost":\d+,.*are lost/)
    expect(text).toContain('Stopping')
  })

  it('is a failure of a command that was asked for it, unless the reader has seen enough', async () => {
    const full = openSync('/dev/full', 'w')
    const printed = tailrace(['--print-config'], {}, { stdout: full })
    closeSync(full)
    expect(await printed.exited).toBe(1)
    expect(printed.stderr()).toContain('ENOSPC')
    const read = tailrace(['--help'])
    read.child.stdout?.destroy()
    expect(await read.exited).toBe(0)
    expect(read.stderr()).toBe('')
  })
})

/** A stream of which a test decides how each write ends. */
function controlled() {
  const ends: ((error?: Error) => void)[] = []
  const texts: string[] = []
  const stream = new Writable({
    autoDestroy: false,
    write(chunk, _encoding, done) {
      texts.push(String(chunk))
      ends.push(done)
    },
  })
  return { stream, texts, end: (error?: Error) => ends.shift()?.(error) }
}

describe('a writer of lines', () => {
  it('keeps no more for a reader that does not read than its limit, and says how many lines were lost', async () => {
    const { stream, texts, end } = controlled()
    const recovered: number[] = []
    const write = createLineWriter(stream, { maxWaitingBytes: 100, onRecovered: (lost) => recovered.push(lost) })
    for (let line = 0; line < 1_000; line++) write('0123456789')
    expect(stream.writableLength).toBeLessThanOrEqual(110)
    end()
    await vi.waitFor(() => expect(recovered).toEqual([989]))
    expect(texts).toHaveLength(2)
  })
})
