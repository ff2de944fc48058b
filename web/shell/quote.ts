/** What is not seen, or changes how what is beside it is shown. */
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/**
 * Writes a text in double quotes, as JSON, JavaScript and the shell read it. Nothing in it is hidden, turns the text
 * around, or ends an element of HTML that it is put into.
 */
export function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('</', '<\\/')
}
