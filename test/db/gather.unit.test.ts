import { gather, gatherByProject } from '#db/gather.ts'

describe('calls of one moment', () => {
  it('go alone at once, and together where one is under way', async () => {
    const { batches, double, answerAll } = slowDoubling()
    const answers = [1, 2, 3].map(double)
    expect(batches).toEqual([[1]])
    await answerAll()
    expect(await Promise.all(answers)).toEqual([2, 4, 6])
    expect(batches).toEqual([[1], [2, 3]])
  })

  it('do not fail with a neighbour', async () => {
    const { double, answerAll } = slowDoubling()
    const answers = Promise.allSettled([1, 2, 13, 4].map(double))
    await answerAll()
    expect((await answers).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })

  it('are not mixed up where a batch is answered in another number', async () => {
    const mean = gather((asked: readonly number[]) => Promise.resolve([...asked, 0]))
    await expect(mean(1)).rejects.toThrow('another number')
  })

  it('of two projects never go together', async () => {
    const seen: string[] = []
    const ask = gatherByProject((project, asked: readonly number[]) => {
      seen.push(`${project} ${asked.join(' ')}`)
      return Promise.resolve(asked)
    })
    await Promise.all([ask('a', 1), ask('b', 2), ask('a', 3), ask('b', 4)])
    expect(seen.toSorted()).toEqual(['a 1', 'a 3', 'b 2', 'b 4'])
  })
})

/** Answers when it is told to, so that a test decides what comes meanwhile. */
function slowDoubling() {
  const batches: (readonly number[])[] = []
  const waiting: (() => void)[] = []
  const double = gather(async (asked: readonly number[]) => {
    batches.push([...asked])
    await new Promise<void>((resolve) => waiting.push(resolve))
    if (asked.includes(13)) throw new Error('unlucky')
    return asked.map((number) => number * 2)
  })
  const answerAll = async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      waiting.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { batches, double, answerAll }
}
