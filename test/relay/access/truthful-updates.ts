import fc from 'fast-check'

/** A document of the generators: plain documents, arrays and texts, each text there once. */
export type Value = string | null | Value[] | { [key: string]: Value }
export type Fields = { [key: string]: Value }

/** A document before and after an update, and what a server says about it. */
export interface Update {
  readonly before: Fields
  readonly after: Fields
  readonly description: Record<string, unknown>
}

/** Keys that are looked up as paths, look like positions, or are more than they seem in JavaScript. */
export const KEYS = [
  'a',
  'b',
  'c',
  'a.b',
  'b.c',
  'a.0.c',
  '0',
  '12',
  '__proto__',
  'constructor',
  '$x',
  '',
  'a.',
] as const

// those that rules mostly name are there most often, so that updates get in each other's way
const key = fc.constantFrom('a', 'a', 'a', 'b', 'b', ...KEYS)

/** Any value, not marked yet. */
const shape = fc.letrec<{ value: Value; fields: Fields }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(''),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('fields'),
  ),
  fields: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
}))

interface Step {
  readonly kind: 'set' | 'unset' | 'truncate'
  readonly pick: number
  readonly key: string
  readonly value: Value
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('set', 'set', 'unset', 'truncate'),
  pick: fc.nat(1_000),
  key,
  value: shape.value,
})

/** Documents with an update each. Every text in them is another one, so that it can be found wherever it gets to. */
export const updates: fc.Arbitrary<Update> = fc
  .tuple(shape.fields, fc.array(step, { minLength: 1, maxLength: 4 }))
  .map(([fields, steps]) => {
    let count = 0
    const mark = (value: Value): Value => mapTexts(value, () => `<${String(count++).padStart(5, '0')}>`)
    // marked documents stay documents
    const before = mark(fields) as Fields
    return run(
      before,
      steps.map((one) => ({ ...one, value: mark(one.value) })),
    )
  })

function run(before: Fields, steps: readonly Step[]): Update {
  const after = copy(before) as Fields
  const updatedFields: [string, Value][] = []
  const removedFields: string[] = []
  const truncatedArrays: { field: string; newSize: number }[] = []
  const disambiguatedPaths: [string, (string | number)[]][] = []
  const touched: string[] = []

  const touch = (path: readonly (string | number)[]): string | undefined => {
    const name = path.join('.')
    // a server describes no field twice
    if (touched.some((other) => `${other}.`.startsWith(`${name}.`) || `${name}.`.startsWith(`${other}.`)))
      return undefined
    touched.push(name)
    if (path.some((part) => typeof part === 'number' || /\.|^\d+$/.test(part)))
      disambiguatedPaths.push([name, [...path]])
    return name
  }

  for (const { kind, pick, key: name, value } of steps) {
    const containers = containersOf(after)
    const found = containers[pick % containers.length]
    if (!found) continue
    const { path, container } = found
    if (Array.isArray(container)) {
      if (kind === 'set') {
        const index = pick % (container.length + 1)
        const field = touch([...path, index])
        if (field === undefined) continue
        container[index] = value
        updatedFields.push([field, copy(value)])
      } else if (container.length > 0) {
        const field = touch(path)
        if (field === undefined) continue
        container.length = pick % container.length
        truncatedArrays.push({ field, newSize: container.length })
      }
      continue
    }
    const names = Object.keys(container)
    const chosen = kind === 'set' ? name : names[pick % names.length]
    const field = chosen === undefined ? undefined : touch([...path, chosen])
    if (chosen === undefined || field === undefined) continue
    if (kind === 'set') {
      Object.defineProperty(container, chosen, { value, enumerable: true, writable: true, configurable: true })
      updatedFields.push([field, copy(value)])
    } else {
      Reflect.deleteProperty(container, chosen)
      removedFields.push(field)
    }
  }
  const description = {
    updatedFields: Object.fromEntries(updatedFields),
    removedFields,
    truncatedArrays,
    disambiguatedPaths: Object.fromEntries(disambiguatedPaths),
  }
  return { before, after, description }
}

interface Container {
  readonly path: readonly (string | number)[]
  readonly container: Value[] | Fields
}

function containersOf(value: Value, path: readonly (string | number)[] = []): Container[] {
  if (typeof value === 'string' || value === null) return []
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => containersOf(item, [...path, index]))
    : Object.keys(value).flatMap((name) => containersOf(value[name] ?? null, [...path, name]))
  return [{ path, container: value }, ...below]
}

function mapTexts(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') return change(value)
  if (value === null) return null
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]))
}

function copy(value: Value): Value {
  return mapTexts(value, (text) => text)
}
