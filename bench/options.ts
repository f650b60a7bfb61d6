import { parseArgs } from 'node:util'
import { StartProblem } from '#embedded/start-problem.ts'

export type Options = {
  /** Rows whose name has this in it, whatever the case. */
  readonly filter: string
  readonly secondsPerSide: number
  readonly warmUpSeconds: number
  readonly rounds: number
  readonly scale: number
  readonly temporal: 'dev' | 'postgres'
  readonly jsonPath: string | undefined
  readonly seed: number
}

export const USAGE = `npm run bench -- [options]
  --filter=TEXT        rows whose name has this in it (all)
  --seconds=N          for each side in each round (5)
  --warm-up=N          seconds of each side before the first round (10)
  --rounds=N           rounds (5)
  --scale=F            of the sizes that rows name, 0 to 1 (1)
  --temporal=KIND      dev or postgres (dev); the bounds of rows that use Temporal count with postgres
  --json=PATH          where the figures go besides (not written)
  --seed=N             of all that is random (1)`

export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args)
  const { temporal } = values
  if (temporal !== 'dev' && temporal !== 'postgres')
    throw new StartProblem(`--temporal must be dev or postgres.\n${USAGE}`)
  return {
    filter: values.filter.toLowerCase(),
    secondsPerSide: positive(values.seconds, '--seconds'),
    warmUpSeconds: positive(values['warm-up'], '--warm-up'),
    rounds: Math.ceil(positive(values.rounds, '--rounds')),
    scale: Math.min(positive(values.scale, '--scale'), 1),
    temporal,
    jsonPath: values.json,
    seed: positive(values.seed, '--seed'),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        filter: { type: 'string', default: '' },
        seconds: { type: 'string', default: '5' },
        'warm-up': { type: 'string', default: '10' },
        rounds: { type: 'string', default: '5' },
        scale: { type: 'string', default: '1' },
        temporal: { type: 'string', default: 'dev' },
        json: { type: 'string' },
        seed: { type: 'string', default: '1' },
      },
    })
  } catch (error) {
    throw new StartProblem(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  }
}

function positive(text: string, name: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new StartProblem(`${name} must be a number above 0.\n${USAGE}`)
}
