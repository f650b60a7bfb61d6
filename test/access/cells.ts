import { isClientRole } from '#domain/identity/role.ts'
import { signIn } from '#test/support/engine-people.ts'
import { someAtATime } from '#test/support/some-at-a-time.ts'
import { ask, learnt, type Heard } from './ask.ts'
import type { Asked } from './rows.ts'
import { openScene, type Caller, type Listed, type Scene, type World } from './scene.ts'
import { askWith, isOwned } from './swap.ts'
import { type Tenant } from './tenant.ts'
import type { Thing } from './things.ts'

const BASE = '/api/v1'
const JUNK = 'x'.repeat(43)

/** Every cell of a route: who may not, who may about somebody else's, who may about their own. @returns what is wrong */
export async function faultsOf(world: World, listed: Listed): Promise<string[]> {
  const scene = await openScene(world, listed)
  const [ours, theirs] = [await world.ours.fingerprint(), await world.theirs.fingerprint()]
  const faults = [
    ...(await askAsNobody(scene)),
    ...(await askForbidden(scene)),
    ...(await askElsewhere(scene)),
  ]
  faults.push(...changes('ours', ours, await world.ours.fingerprint()))
  faults.push(...(await askOwn(scene, world.ours)))
  faults.push(...changes('theirs', theirs, await world.theirs.fingerprint()))
  return faults
}

async function askAsNobody(scene: Scene): Promise<string[]> {
  const asked = await scene.row.ask(scene.shared)
  const calls = [undefined, JUNK].flatMap((token) => [BASE, ''].map((base) => ({ token, base })))
  const faults = await someAtATime(calls, async ({ token, base }) => {
    const heard = await send(scene, token, { base, asked })
    return judge(scene, heard, { who: 'nobody', asked, is: heard.status === 401 })
  })
  return faults.flat()
}

/** The permission comes before all else: also about what is not there, and under both bases. */
async function askForbidden(scene: Scene): Promise<string[]> {
  const own = { base: BASE, asked: await scene.row.ask(scene.shared) }
  const foreign = { base: '', asked: await scene.row.ask(scene.foreign) }
  const calls = scene.forbidden.flatMap((caller) => [own, foreign].map((call) => ({ ...caller, ...call })))
  const faults = await someAtATime(calls, async ({ role, person, base, asked }) => {
    const heard = await send(scene, person.token, { base, asked })
    const is = heard.status === 403 && heard.text.includes('This needs the permission')
    return judge(scene, heard, { who: `${role}, who may not`, asked, is })
  })
  return faults.flat()
}

async function askElsewhere(scene: Scene): Promise<string[]> {
  const faults: string[] = []
  for (const caller of scene.allowed)
    for (const name of scene.names) {
      faults.push(...(await askAboutOthers(scene, caller, { name, whose: 'foreign' })))
      if (isClientRole(caller.role) && isOwned(name))
        faults.push(...(await askAboutOthers(scene, caller, { name, whose: 'neighbour' })))
    }
  return faults
}

/** One learns of what is somebody else's exactly what one learns of what does not exist. */
async function askAboutOthers(
  scene: Scene,
  { role, person, own }: Caller,
  { name, whose }: { name: Thing; whose: 'foreign' | 'neighbour' },
): Promise<string[]> {
  const { row } = scene
  const asked = await askWith(row, own, { name, elsewhere: scene[whose] })
  // The row makes it without naming it.
  if (JSON.stringify(asked) === JSON.stringify(await row.ask(own))) return []
  const heard = await send(scene, person.token, { asked })
  const without = await askWith(row, own, { name, elsewhere: scene.missing })
  const none = learnt(await send(scene, person.token, { asked: without }), without)
  const refused = row.elsewhere === undefined ? [400, 404, row.but?.[role]] : [row.elsewhere]
  const is = refused.includes(heard.status) && learnt(heard, asked) === none
  return judge(scene, heard, { who: `${role}, ${name} ${whose} (none: ${none})`, asked, is })
}

async function askOwn(scene: Scene, { book }: Tenant): Promise<string[]> {
  const { row } = scene
  const faults: string[] = []
  for (const { role, person, own } of scene.allowed) {
    const { token } = row.spendsToken ? await signIn(book, person.id) : person
    const asked = await row.ask(own)
    const heard = await send(scene, token, { asked })
    const is = heard.status === (row.but?.[role] ?? row.own)
    faults.push(...judge(scene, heard, { who: `${role}, about their own`, asked, is }))
  }
  return faults
}

function send(
  { url, route }: Scene,
  token: string | undefined,
  { base = BASE, asked }: { base?: string; asked: Asked },
): Promise<Heard> {
  return ask({ url: url + base, route, token }, asked)
}

/** Besides being the right answer it must not say a word of the other project that the caller did not say first. */
function judge(
  { secrets }: Scene,
  { status, text }: Heard,
  { who, asked, is }: { who: string; asked: Asked; is: boolean },
): string[] {
  const said = JSON.stringify(asked)
  const leaks = secrets.filter((secret) => text.includes(secret) && !said.includes(secret))
  const faults = leaks.map((secret) => `${who}: leaks ${secret}`)
  return is ? faults : [...faults, `${who}: ${status} ${text.slice(0, 300)}`]
}

function changes(whose: string, before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(after)
    .filter((table) => after[table] !== before[table])
    .map((table) => `${whose} changed: ${table}`)
}
