/** What {@link h} sets on an element: properties by name, and `attributes` for what is no property. */
export type Props<Name extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Name], 'innerHTML' | 'outerHTML' | 'attributes' | 'dataset'>
> & {
  readonly attributes?: Readonly<Record<string, string>>
}

/**
 * Creates an element. Strings among the children become text nodes: nothing that comes from a document is ever parsed
 * as markup.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  props: Props<Name> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const { attributes, ...properties } = props
  const element = document.createElement(name)
  Object.assign(element, properties)
  for (const [attribute, value] of Object.entries(attributes ?? {})) element.setAttribute(attribute, value)
  element.append(...children)
  return element
}

/**
 * Finds an element of the page by its id.
 *
 * @throws Error when it is missing or of another type: the markup and the script are not of one build.
 */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id)
  if (element instanceof type) return element
  throw new Error(`Expected a ${type.name} with the id ${id}`)
}
