/** Rows by what they have in common, in their order. */
export function groupBy<Row>(rows: Iterable<Row>, keyOf: (row: Row) => string | null): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

export function indexBy<Row>(rows: Iterable<Row>, keyOf: (row: Row) => string): Map<string, Row> {
  const index = new Map<string, Row>()
  for (const row of rows) index.set(keyOf(row), row)
  return index
}

export function sumOf<Row>(rows: Iterable<Row>, amountOf: (row: Row) => bigint): bigint {
  let sum = 0n
  for (const row of rows) sum += amountOf(row)
  return sum
}

/** Amounts by name; what comes to nothing is left out, so that two of them can be compared. */
export type Sums = Map<string, bigint>

export function add(sums: Sums, name: string, amount: bigint): void {
  const sum = (sums.get(name) ?? 0n) + amount
  if (sum === 0n) sums.delete(name)
  else sums.set(name, sum)
}

export function isSame(one: Sums, other: Sums): boolean {
  return one.size === other.size && [...one].every(([name, amount]) => other.get(name) === amount)
}

export function show(sums: Sums): string {
  if (sums.size === 0) return 'nothing'
  return [...sums]
    .map(([name, amount]) => `${name} ${amount > 0n ? '+' : ''}${amount}`)
    .toSorted()
    .join(', ')
}
