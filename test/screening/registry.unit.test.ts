import { trustNothing, createScreening } from '#integrations/screening/registry.ts'
import type { ScreeningProvider } from '#domain/screening/screening.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { httpServer } from '#test/support/http-server.ts'
import { OPERATION, subjectOf } from './subject.ts'

const onCleanup = cleanup()
const check = `${OPERATION}/1`

test.each([
  { check, verdict: 'clear', reasons: [] },
  { check, verdict: 'hit', reasons: ['rule "x"'] },
  { check, verdict: 'review', reasons: ['rule "x"'] },
] as const)('an answer for the check that was asked passes: $verdict', async (answer) => {
  expect(await (await providerThatGets(answer)).check(subjectOf())).toEqual(answer)
})

test.each([
  ['clear for another operation', { check: 'op_x/1', verdict: 'clear', reasons: [] }, /another check/],
  [
    'clear for another check of it',
    { check: `${OPERATION}/2`, verdict: 'clear', reasons: [] },
    /another check/,
  ],
  [
    'clear for the same in other letters',
    { check: check.toUpperCase(), verdict: 'clear', reasons: [] },
    /another/,
  ],
  ['an unknown verdict', { check, verdict: 'fine', reasons: [] }, /no verdict/],
  ['no verdict', { check, reasons: [] }, /no verdict/],
  ['no check', { verdict: 'clear', reasons: [] }, /no verdict/],
  ['no reasons', { check, verdict: 'clear' }, /no verdict/],
  ['reasons that are no words', { check, verdict: 'review', reasons: [1] }, /no verdict/],
  ['a hit without a reason', { check, verdict: 'hit', reasons: [] }, /without a reason/],
  ['nothing', null, /no verdict/],
  ['a word', 'clear', /no verdict/],
])('%s is no answer', async (_what, answer, reason) => {
  const provider = await providerThatGets(answer)
  await expect(provider.check(subjectOf())).rejects.toThrow(reason)
})

test('the embedded provider is always there, watchman where it is configured', () => {
  const loaders = {
    loadRules: () => Promise.resolve('unchanged' as const),
    velocityOf: () => Promise.resolve({ count: 0, sum: 0n }),
  }
  expect([...createScreening({}, loaders).keys()]).toEqual(['rules'])
  const watchman = { url: 'http://127.0.0.1:1' }
  expect([...createScreening({ watchman }, loaders).keys()]).toEqual(['rules', 'watchman'])
})

/** A provider that believes all that its server says, as a careless adapter would. */
async function providerThatGets(body: unknown): Promise<ScreeningProvider> {
  const server = await httpServer((_request, response) => {
    response.end(JSON.stringify(body))
  })
  onCleanup(server.stop)
  return trustNothing({
    label: 'careless',
    check: async () => (await (await fetch(server.url)).json()) as never,
  })
}
