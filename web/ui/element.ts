import { toVisible } from '../format/visible.ts'

/** What {@link h} sets on an element: properties by name, and `attributes` for what is no property. */
export type Props<Name extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Name], 'innerHTML' | 'outerHTML' | 'attributes' | 'dataset'>
> & {
  readonly attributes?: Readonly<Record<string, string>>
}

/**
 * Creates an element. Strings among the children become text nodes: nothing that comes from a document is ever parsed
 * as markup, and what cannot be seen in it is written out, as in `title` and in attributes.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  props: Props<Name> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const { attributes, ...properties } = props
  const element = document.createElement(name)
  Object.assign(element, properties)
  if (properties.title !== undefined) element.title = toVisible(properties.title)
  for (const [attribute, value] of Object.entries(attributes ?? {})) element.setAttribute(attribute, toVisible(value))
  element.append(...children.map((child) => (typeof child === 'string' ? toVisible(child) : child)))
  return element
}

/** Makes a text the only content of an element, written as {@link h} does it. Does nothing where it is that already. */
export function setText(element: Element, text: string): void {
  const visible = toVisible(text)
  if (element.textContent !== visible) element.textContent = visible
}

/**
 * Finds an element of the page by its id.
 *
 * @throws Error when it is missing or of another type: the markup and the script are not of one build.
 */
export function byId<Type extends Element>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id)
  if (element instanceof type) return element
  throw new Error(`Expected a ${type.name} with the id ${id}`)
}
