import type { Collection } from '../state/sandbox-target.ts'
import { byId, setText } from './element.ts'

/** A write that the page can do: gives what to tell the person, or an empty text when the change itself says it all. */
export type Write = (collection: Collection) => Promise<string>

/** Options of {@link createSandbox}. */
export interface SandboxOptions {
  readonly insert: Write
  readonly update: Write
  readonly delete: Write
  /** Tells screen readers. */
  readonly say: (text: string) => void
}

/** The three buttons that write, so that a newcomer sees changes within seconds. */
export interface Sandbox {
  /** Shows the buttons; with no collection they are disabled, and a text says why. */
  show(collection: Collection | null): void
  hide(): void
}

/** Creates it in the page's markup, hidden. Writes happen one after the other, in the order of the clicks. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const group = byId('sandbox', HTMLElement)
  const label = byId('sandbox-label', HTMLElement)
  const note = byId('sandbox-note', HTMLElement)
  const buttons = [
    [byId('insert', HTMLButtonElement), options.insert],
    [byId('update', HTMLButtonElement), options.update],
    [byId('delete', HTMLButtonElement), options.delete],
  ] as const
  let target: Collection | null = null
  let queue = Promise.resolve()

  function tell(text: string): void {
    setText(note, text)
    if (text !== '') options.say(text)
  }

  async function run(write: Write, collection: Collection): Promise<void> {
    try {
      tell(await write(collection))
    } catch (error) {
      tell(error instanceof Error ? `${error.message}.` : String(error))
    }
  }

  for (const [button, write] of buttons) {
    button.addEventListener('click', () => {
      const collection = target
      if (collection !== null) queue = queue.then(() => run(write, collection))
    })
  }

  return {
    show(collection) {
      target = collection
      group.hidden = false
      setText(
        label,
        collection === null ? 'Try it: watch a collection first' : `Try it on ${collection.db}.${collection.coll}`,
      )
      for (const [button] of buttons) button.disabled = collection === null
      tell('')
    },
    hide() {
      group.hidden = true
    },
  }
}
