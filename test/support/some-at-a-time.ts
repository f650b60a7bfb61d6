/** Fewer than any pool of the tests has connections, so that nobody waits for one. */
const AT_A_TIME = 4

/** Does for each item what is to be done, for a few at the same time; what comes of each stands in its place. */
export async function someAtATime<Item, Made>(
  items: readonly Item[],
  make: (item: Item, n: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  const left = items.entries()
  const work = async () => {
    for (const [n, item] of left) made[n] = await make(item, n)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return made
}

/** The same, so many times over. */
export function times<Made>(count: number, make: (n: number) => Promise<Made>): Promise<Made[]> {
  return someAtATime([...Array(count).keys()], make)
}
