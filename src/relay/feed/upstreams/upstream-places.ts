/** Why there is no place: all are in use, or the owner's share is. */
export type Refusal = 'full' | 'share'

/** Who uses which upstream, and who is charged for it. Holds names only: opening and closing is for the caller. */
export interface UpstreamPlaces {
  readonly size: number
  /** Has a place for good, which is charged to none, whoever uses it. */
  pin(key: string): void
  /**
   * Notes one more use, of an upstream that is there or of a new one. One that lingers makes room if need be: the
   * owner's own where its share is used up, else one of those who have most of them. `closed` is its key.
   */
  use(key: string, owner: string): { readonly closed: string | undefined } | Refusal
  /**
   * Notes that a use is over; gives whether it was the last one, so that the upstream lingers, charged to that owner.
   */
  leave(key: string, owner: string): boolean
  /** Frees a place, also one that is used; one that is pinned stays. */
  close(key: string): void
  /** How many places an owner is charged for. */
  charged(owner: string): number
}

/** How many places there are. */
export interface UpstreamPlacesOptions {
  readonly max: number
  /**
   * How many an owner may be charged for: each that it uses, also together with others, and those that it left
   * lingering.
   */
  readonly maxPerOwner: number
}

interface Place {
  /** How often each owner uses it. */
  readonly uses: Map<string, number>
  /** Whom it is charged to while it is not used any more. */
  lingerer: string | undefined
}

/** Free places. **Cost**: constant, except for finding one that lingers, which looks at all. */
export function createUpstreamPlaces({ max, maxPerOwner }: UpstreamPlacesOptions): UpstreamPlaces {
  // in the order in which they were opened or left
  const places = new Map<string, Place>()
  const pinned = new Set<string>()
  const charges = new Map<string, number>()

  const charged = (owner: string) => charges.get(owner) ?? 0
  const charge = (owner: string, by: 1 | -1) => {
    const count = charged(owner) + by
    if (count > 0) charges.set(owner, count)
    else charges.delete(owner)
  }
  const isChargedTo = ({ uses, lingerer }: Place, owner: string) => uses.has(owner) || lingerer === owner

  const close = (key: string) => {
    const place = places.get(key)
    if (!place) return
    places.delete(key)
    for (const owner of place.uses.keys()) charge(owner, -1)
    if (place.lingerer !== undefined) charge(place.lingerer, -1)
  }

  /** The oldest one that lingers of an owner, or of the one who has most of them. */
  const findLingering = (owner = mostLingering()) =>
    owner === undefined ? undefined : [...places].find(([, { lingerer }]) => lingerer === owner)?.[0]

  const mostLingering = () => {
    const counts = new Map<string, number>()
    for (const { lingerer } of places.values()) {
      if (lingerer !== undefined) counts.set(lingerer, (counts.get(lingerer) ?? 0) + 1)
    }
    return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0]
  }

  return {
    charged,
    close,
    get size() {
      return places.size + pinned.size
    },
    pin(key) {
      pinned.add(key)
    },
    use(key, owner) {
      if (pinned.has(key)) return { closed: undefined }
      const known = places.get(key)
      const isCharged = known !== undefined && isChargedTo(known, owner)
      let closed: string | undefined
      if (!isCharged && charged(owner) >= maxPerOwner) {
        closed = findLingering(owner)
        if (closed === undefined) return 'share'
      } else if (!known && places.size + pinned.size >= max) {
        closed = findLingering()
        if (closed === undefined) return 'full'
      }
      if (closed !== undefined) close(closed)
      const place: Place = known ?? { uses: new Map(), lingerer: undefined }
      places.set(key, place)
      if (place.lingerer !== undefined) charge(place.lingerer, -1)
      if (!place.uses.has(owner)) charge(owner, 1)
      place.lingerer = undefined
      place.uses.set(owner, (place.uses.get(owner) ?? 0) + 1)
      return { closed }
    },
    leave(key, owner) {
      const place = places.get(key)
      const count = place?.uses.get(owner)
      if (!place || count === undefined) return false
      if (count > 1) {
        place.uses.set(owner, count - 1)
        return false
      }
      place.uses.delete(owner)
      if (place.uses.size > 0) {
        charge(owner, -1)
        return false
      }
      place.lingerer = owner
      // the one that was left last goes last
      places.delete(key)
      places.set(key, place)
      return true
    },
  }
}
