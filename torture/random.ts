import { createHash } from 'node:crypto'

/** The same seed and name give the same numbers on every machine. */
export type Random = ReturnType<typeof createRandom>

export function createRandom(seed: number, name: string) {
  let counter = 0
  let bytes = Buffer.alloc(0)

  /** From 0 up to 1, which is not reached. SHA-256 in counter mode: no generator of our own to get wrong. */
  function fraction(): number {
    if (bytes.length < 4) {
      bytes = createHash('sha256').update(`${seed}/${name}/${counter}`).digest()
      counter += 1
    }
    const value = bytes.readUInt32BE(0)
    bytes = bytes.subarray(4)
    return value / 2 ** 32
  }

  /** From and to included. */
  const integer = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1))

  return {
    fraction,
    integer,
    chance: (share: number) => fraction() < share,
    pick: <T>(choices: readonly [T, ...T[]]): T => choices[integer(0, choices.length - 1)] ?? choices[0],
    /** Each choice as often as its weight says. */
    weighted: <T extends string>(weights: Readonly<Record<T, number>>): T => {
      const entries = Object.entries(weights) as [T, number][]
      let left = fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [choice, weight] of entries) {
        left -= weight
        if (left < 0) return choice
      }
      throw new Error('there is nothing to choose from')
    },
  }
}
