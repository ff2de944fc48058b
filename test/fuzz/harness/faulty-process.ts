import { serveSubject } from './serve-subject.ts'

/** What is wrong with what is under test. */
export type Fault = 'is well' | 'answers wrongly' | 'dies' | 'leaves open' | 'masks' | 'pollutes'

let fault: Fault = 'is well'

serveSubject(
  (options: { readonly fault: Fault }) => {
    ;({ fault } = options)
    return Promise.resolve({})
  },
  () => ({ open: { doors: fault === 'leaves open' ? 1 : 0 }, unexpected: fault === 'masks' ? ['a secret'] : [] }),
  {
    put(input: number) {
      if (fault === 'dies' && input === 2) process.exit(1)
      if (fault === 'pollutes') Reflect.set(Object.prototype, 'polluted', true)
      return fault === 'answers wrongly' && input === 2 ? 'wrong' : 'right'
    },
  },
)
