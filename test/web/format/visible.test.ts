import { describe, expect, it } from 'vitest'
import { toVisible } from '../../../web/format/visible.ts'

describe('a text that is shown', () => {
  it.each([
    ['\u202edlrow', '\\u202edlrow'],
    ['a\u0000\u001b[31m\u007f\u0085', 'a\\u0000\\u001b[31m\\u007f\\u0085'],
    ['a\u200b\ufeff\u2066\u00ad', 'a\\u200b\\ufeff\\u2066\\u00ad'],
    ['\u{e0041}', '\\udb40\\udc41'],
  ])('has what cannot be seen written out: %j', (text, visible) => {
    expect(toVisible(text)).toBe(visible)
  })

  it.each(['line\n\tline', 'שלום', '👩\u200d💻', 'می\u200cخواهم', 'naïve'])('is left as it is: %s', (text) => {
    expect(toVisible(text)).toBe(text)
  })
})
