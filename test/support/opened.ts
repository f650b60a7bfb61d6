type Close = () => Promise<void> | void

/** What is open, in the order of opening. Jest gives each test file modules, and so a list, of its own. */
const open: Close[] = []

/**
 * Opens something before the first case of the suite in which it is called and closes it after the last one; what was opened last is
 * closed first. The value that is returned stands for it from the beginning, so that helpers can name it before it is open.
 *
 * @param start gives an object of plain properties and functions that do not ask for `this`
 */
export function opened<Thing extends object>(
  start: () => Promise<Thing>,
  stop: (thing: Thing) => Promise<void> | void = () => undefined,
): Thing {
  let thing: Thing | undefined
  let close: Close | undefined
  beforeAll(async () => {
    const started = await start()
    thing = started
    close = () => stop(started)
    open.push(close)
  })
  afterAll(async () => {
    if (close) await closeDownTo(close)
  })
  return new Proxy<object>(
    {},
    {
      get: (_, name) => {
        if (!thing) throw new Error(`${String(name)} is asked for before the suite's beforeAll has run`)
        return Reflect.get(thing, name)
      },
      ownKeys: () => Reflect.ownKeys(thing ?? {}),
      getOwnPropertyDescriptor: (_, name) => {
        const found = thing && Reflect.getOwnPropertyDescriptor(thing, name)
        return found && { ...found, configurable: true }
      },
    },
  ) as Thing
}

/** Everything that was opened after it goes first, or it would be taken away from under what still uses it. */
async function closeDownTo(close: Close): Promise<void> {
  while (open.includes(close)) await open.pop()?.()
}
