/**
 * Characters that a reader does not see, or that change how others are seen: control characters but for line ends and
 * tabs, those that turn the direction of writing, invisible ones, and language tags. Joiners stay: scripts and emoji
 * need them.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/**
 * Gives a text with what cannot be seen written out, as JSON writes it: `\u202e`. So nothing that comes from elsewhere
 * can look like something else.
 */
export function toVisible(text: string): string {
  return text.replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
    }).join(''),
  )
}
