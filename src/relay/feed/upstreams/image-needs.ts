import { hasImages, type Images, joinImages, NO_IMAGES } from '../../changes/images.ts'

/** How many subscribers of a stream need which images. */
export interface ImageNeeds {
  readonly count: number
  add(needed: Images): void
  remove(needed: Images): void
  /** All that are needed now. */
  all(): Images
  /** How many can do with these. */
  within(images: Images): number
}

/** None yet. **Cost**: constant for each call, because there are a few kinds only. */
export function createImageNeeds(): ImageNeeds {
  const counts = new Map<string, { readonly needed: Images; count: number }>()
  const change = (needed: Images, by: 1 | -1) => {
    const key = [needed.fullDocument, needed.fullDocumentBeforeChange].join()
    const known = counts.get(key) ?? { needed, count: 0 }
    known.count += by
    if (known.count > 0) counts.set(key, known)
    else counts.delete(key)
  }
  const sum = (isCounted: (needed: Images) => boolean) =>
    [...counts.values()].reduce((total, { needed, count }) => total + (isCounted(needed) ? count : 0), 0)

  return {
    get count() {
      return sum(() => true)
    },
    add: (needed) => change(needed, 1),
    remove: (needed) => change(needed, -1),
    all: () => [...counts.values()].reduce((images, { needed }) => joinImages(images, needed), NO_IMAGES),
    within: (images) => sum((needed) => hasImages(images, needed)),
  }
}
