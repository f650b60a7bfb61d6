/** @throws naming the setting that is missing, never a value */
export function demandSetting(values: Readonly<Record<string, string>>, name: string): string {
  const value = values[name]
  if (!value) throw new Error(`${name} must be set`)
  return value
}
