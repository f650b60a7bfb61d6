import type { RequestListener } from 'node:http'
import { createScreening } from '#integrations/screening/registry.ts'
import { createWatchman } from '#integrations/screening/watchman/adapter.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { httpServer } from '#test/support/http-server.ts'
import { startWatchman, type RunningWatchman } from '#test/support/watchman.ts'
import { OPERATION, subjectOf, subjectTo } from './subject.ts'
import { PATIENCE_MS } from '#test/support/poll.ts'

describe('the real watchman', () => {
  let server: RunningWatchman

  beforeAll(async () => {
    server = await startWatchman()
  })

  afterAll(() => server.stop())

  test.each([
    ['as the list has it', 'MADURO MOROS, Nicolas'],
    ['as a bank account has it', 'Nicolas Maduro Moros'],
    ['a name of the list of denied persons', 'Adrian Manuel Hernandez'],
  ])('a listed name, %s, is a hit, and the reasons name the list but nobody', async (_what, name) => {
    const answer = await watchmanAt(server.url).check(subjectTo(name))
    expect(answer).toMatchObject({ check: `${OPERATION}/1`, verdict: 'hit' })
    expect(answer.reasons.length).toBeGreaterThan(0)
    expect(answer.reasons.join()).toMatch(/^counterparty: \w+ /)
    expect(answer.reasons.join().toLowerCase()).not.toMatch(/maduro|hernandez/)
  })

  test('a name that is nearly listed is a review', async () => {
    expect(await watchmanAt(server.url).check(subjectTo('Nicolas Madoro Mores'))).toMatchObject({
      verdict: 'review',
    })
  })

  test('a name that is not listed is clear', async () => {
    const answer = await watchmanAt(server.url).check(subjectTo('Oliver Fairweather'))
    expect(answer).toEqual({ check: `${OPERATION}/1`, verdict: 'clear', reasons: [] })
  })

  test('the client is looked for as well', async () => {
    const parties = [{ part: 'client', name: 'Nicolas Maduro Moros' }] as const
    const answer = await watchmanAt(server.url).check(subjectOf({ parties }))
    expect(answer.verdict).toBe('hit')
    expect(answer.reasons[0]).toMatch(/^client: SDNs 22790 at 1\.00$/)
  })

  test('the thresholds are those of the configuration', async () => {
    const strict = createWatchman({
      url: server.url,
      timeoutMs: PATIENCE_MS,
      reviewAbove: 0.5,
      hitAbove: 0.6,
    })
    const lax = createWatchman({ url: server.url, timeoutMs: PATIENCE_MS, reviewAbove: 1, hitAbove: 1 })
    expect((await strict.check(subjectTo('Nicolas Madoro Mores'))).verdict).toBe('hit')
    expect((await lax.check(subjectTo('Nicolas Madoro Mores'))).verdict).toBe('clear')
  })
})

const sends =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

describe('what is no usable answer is thrown, and never clear', () => {
  const onCleanup = cleanup()

  test('a well-formed one is read', async () => {
    expect(await askAt(sends(found()))).toMatchObject({ verdict: 'clear' })
  })

  test.each<[string, RequestListener, RegExp]>([
    ['500', sends({ error: 'x' }, 500), /status 500/],
    ['an answer with another status', sends(found(), 202), /status 202/],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: '/search' }).end(),
      /status 302/,
    ],
    ['a page', sends('<html>Nicolas Maduro Moros</html>'), /not JSON/],
    ['half an answer', sends(JSON.stringify(found()).slice(0, -9)), /not JSON/],
    ['a list', sends([]), /no object/],
    ['nothing', sends('null'), /no object/],
    ['an answer without its lists', sends({ refreshedAt: found().refreshedAt }), /no SDNs/],
    ['an answer with a list missing', sends({ ...found(), euConsolidatedSanctionsList: undefined }), /no eu/],
    ['no names at all, as from a server without lists', sends({ ...found(), SDNs: [] }), /no lists loaded/],
    ['lists that were never loaded', sends({ ...found(), refreshedAt: '0001-01-01T00:00:00Z' }), /no date/],
    ['a match that is no number', sends({ ...found(), SDNs: [{ match: '1' }] }), /without a match/],
    ['a match above 1', sends({ ...found(), SDNs: [{ match: 17 }] }), /without a match/],
    ['an entry that is none', sends({ ...found(), altNames: ['x'] }), /something else/],
    ['too much', sends(`[${'1,'.repeat(3_000_000)}1]`), /UND_ERR/],
    ['a closed connection', (request) => request.socket.destroy(), /UND_ERR_SOCKET|ECONNRESET/],
    [
      'an answer cut off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{"SDNs":', () => response.destroy())
      },
      /UND_ERR|ECONNRESET/,
    ],
  ])('%s', async (_what, answer, reason) => {
    const error: unknown = await askAt(answer).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(reason)
    expect(String(error)).not.toMatch(/Maduro/i)
  })

  test('a server that stalls before or within its answer', async () => {
    await expect(askAt(() => undefined, 200)).rejects.toThrow(/no usable answer/)
    await expect(askAt((_request, response) => response.writeHead(200).write('{'), 200)).rejects.toThrow(
      /no usable answer/,
    )
  })

  test('nobody there', async () => {
    const server = await httpServer(() => undefined)
    await server.stop()
    await expect(watchmanAt(server.url).check(subjectTo('Oliver Fairweather'))).rejects.toThrow(
      /ECONNREFUSED/,
    )
  })

  test('one of two names without an answer', async () => {
    await expect(askAt(onlyOne)).rejects.toThrow(/status 503/)
  })

  async function askAt(answer: RequestListener, timeoutMs?: number): Promise<unknown> {
    const server = await httpServer(answer)
    onCleanup(server.stop)
    return watchmanAt(server.url, timeoutMs).check(subjectTo('Nicolas Maduro Moros'))
  }
})

test.each([{ reviewAbove: 0 }, { reviewAbove: 0.9, hitAbove: 0.8 }, { hitAbove: 1.5 }])(
  'thresholds %j are refused at the start',
  (thresholds) => {
    expect(() => createWatchman({ url: 'http://127.0.0.1:1', ...thresholds })).toThrow(/reviewAbove/)
  },
)

const onlyOne: RequestListener = (request, response) =>
  sends(found(), request.url?.includes('Emma') ? 200 : 503)(request, response)

/** An answer to nobody's liking: one name, far off. */
function found() {
  return {
    SDNs: [{ entityID: '1', match: 0.4 }],
    altNames: [],
    addresses: null,
    deniedPersons: null,
    bisEntities: null,
    militaryEndUsers: null,
    sectoralSanctions: null,
    unverifiedCSL: null,
    nonproliferationSanctions: null,
    foreignSanctionsEvaders: null,
    palestinianLegislativeCouncil: null,
    captaList: null,
    itarDebarred: null,
    nonSDNChineseMilitaryIndustrialComplex: null,
    nonSDNMenuBasedSanctionsList: null,
    euConsolidatedSanctionsList: [],
    ukConsolidatedSanctionsList: [],
    ukSanctionsList: null,
    refreshedAt: '2030-01-01T00:00:00Z',
  }
}

const noLoaders = {
  loadRules: () => Promise.reject(new Error('not asked here')),
  velocityOf: () => Promise.reject(new Error('not asked here')),
}

function watchmanAt(url: string, timeoutMs = PATIENCE_MS) {
  const provider = createScreening({ watchman: { url, timeoutMs } }, noLoaders).get('watchman')
  if (!provider) throw new Error('there is no watchman')
  return provider
}
