/** What a test undoes at its end, also when it fails: a server that is left open would keep the run from ending. */
export function cleanup(): (undo: () => Promise<void>) => void {
  const undone: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const undo of undone.splice(0).toReversed()) await undo()
  })
  return (undo) => undone.push(undo)
}
