import { access, readFile } from 'node:fs/promises'
import { readConfig, type Config } from '#cli/start/config.ts'
import { interpolate, readCompose, type Service } from '#test/support/compose-file.ts'
import { opened } from '#test/support/opened.ts'

const ROOT = new URL('../../', import.meta.url)

const SECRETS = {
  POSTGRES_PASSWORD: 'super',
  SLUICE_OWNER_PASSWORD: 'owner',
  SLUICE_APP_PASSWORD: 'app',
  TEMPORAL_DB_PASSWORD: 'temporal',
  SLUICE_ADMIN_LOGIN: 'root@example.com',
  SLUICE_ADMIN_PASSWORD: 'Correct#Horse7',
  SLUICE_SECRET_KEY: 'k'.repeat(43),
}

describe('docker-compose.yml', () => {
  const compose = opened(() => readCompose(new URL('docker-compose.yml', ROOT)))
  let text: string
  beforeAll(async () => {
    text = await readFile(new URL('docker-compose.yml', ROOT), 'utf8')
  })

  test('has every part, API and worker apart', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(
      ['api', 'migrate', 'postgres', 'temporal', 'temporal-schema', 'temporal-ui', 'worker'].toSorted(),
    )
  })

  test('names the version of every image', () => {
    for (const { image } of Object.values(compose.services)) expect(image).toMatch(/^[a-z/-]+:\d[\w.]*$/)
  })

  test.each(['api', 'worker', 'migrate'])(
    'gives %s all that it demands, and nothing that it does not read',
    (name) => {
      const env = environmentOf(compose.services[name])
      const { config, read } = readWatched(env)
      expect(config).toMatchObject({
        role: name,
        database: { url: 'postgres://sluice_app:app@postgres:5432/sluice' },
        temporal: { address: 'temporal:7233', namespace: 'default' },
        bankPort: undefined,
      })
      expect(read).toEqual(expect.arrayContaining(Object.keys(env)))
    },
  )

  test('keeps the owner’s and the administrator’s passwords away from what is scaled out', () => {
    for (const name of ['api', 'worker']) {
      const names = Object.keys(compose.services[name]?.environment ?? {})
      expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/OWNER|ADMIN/)]))
    }
    expect(readConfig(environmentOf(compose.services['migrate']), '/').database?.ownerUrl).toContain(
      'sluice_owner',
    )
  })

  test.each(Object.keys(SECRETS))('demands %s and holds no value for it', (name) => {
    const uses = text.match(new RegExp(`\\$\\{${name}[^}]*\\}`, 'g')) ?? []
    expect(uses.length).toBeGreaterThan(0)
    for (const use of uses) expect(use).toMatch(/^\$\{\w+:\?[^}]+\}$/)
  })

  test('has no password in clear, by itself or inside a URL', () => {
    for (const service of Object.values(compose.services)) {
      for (const [name, value] of Object.entries(service.environment ?? {})) {
        if (/PASSWORD|PWD|SECRET|KEY/.test(name)) expect(value).toMatch(/^\$\{\w+:\?[^}]+\}$/)
        if (/^\w+:\/\/\w+:/.test(String(value))) expect(value).toMatch(/^\w+:\/\/\w+:\$\{\w+:\?[^}]+\}@/)
      }
    }
  })

  test('waits for and mounts only what is there', async () => {
    for (const { depends_on = {}, volumes = [] } of Object.values(compose.services)) {
      for (const dependency of Object.keys(depends_on)) expect(compose.services).toHaveProperty(dependency)
      for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
        if (source.startsWith('.')) await expect(access(new URL(source, ROOT))).resolves.toBeUndefined()
        else expect(compose.volumes).toHaveProperty(source)
      }
    }
  })
})

test('the image holds every folder that the sources import from', async () => {
  const manifest: { imports: Record<string, string> } = JSON.parse(
    await readFile(new URL('package.json', ROOT), 'utf8'),
  )
  const dockerfile = await readFile(new URL('Dockerfile', ROOT), 'utf8')
  const folders = Object.keys(manifest.imports).map((name) => name.slice(1, -2))
  for (const folder of folders.filter((name) => !['test', 'bench', 'torture'].includes(name))) {
    expect(dockerfile).toContain(`COPY ${folder} ${folder}\n`)
  }
})

function environmentOf(service: Service | undefined): Record<string, string> {
  const entries = Object.entries(service?.environment ?? {})
  return Object.fromEntries(entries.map(([name, value]) => [name, interpolate(String(value), SECRETS)]))
}

/** The configuration, and every variable that was looked at on the way to it. */
function readWatched(env: Record<string, string>): { config: Config; read: string[] } {
  const read: string[] = []
  const watched = new Proxy(env, {
    get(target, name) {
      read.push(String(name))
      return Reflect.get(target, name) as unknown
    },
  })
  return { config: readConfig(watched, '/sluice'), read }
}
