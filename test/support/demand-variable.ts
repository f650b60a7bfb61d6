/** A variable that the global setup exports to every test. */
export function demandVariable(name: string): string {
  const value = process.env[name]
  if (!value)
    throw new Error(`${name} is missing: run tests with npm run test:run, whose global setup sets it.`)
  return value
}
