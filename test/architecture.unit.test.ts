import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

describe('the structure', () => {
  let imports: Import[]
  let files: string[]

  beforeAll(async () => {
    files = await sourceFiles()
    imports = (await Promise.all(files.map(importsOf))).flat()
  })

  it('is read: there are more imports than files', () => {
    expect(imports.length).toBeGreaterThan(files.length)
  })

  it('has a row in the table for each folder with code', () => {
    const folders = [...new Set(files.filter((file) => file.includes('/')).map(folderOf))]
    expect(folders.filter((folder) => !(folder in MAY_IMPORT))).toEqual([])
  })

  it('imports one way only', () => {
    const wrong = imports.filter(({ file, target, isType }) => {
      const [from, to] = [folderOf(file), folderOf(target)]
      if (target.startsWith('package:') || from === to || !file.includes('/')) return false
      const allowed = MAY_IMPORT[from]?.[to]
      return allowed === undefined || (allowed === 'types' && !isType)
    })
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  it('crosses folders by # names and stays inside them with ./ names', () => {
    const wrong = imports.filter(
      ({ file, target, written }) => written.startsWith('.') && folderOf(file) !== folderOf(target),
    )
    expect(wrong).toEqual([])
    expect(
      imports.filter(
        ({ file, target, written }) => written.startsWith('#') && folderOf(file) === folderOf(target),
      ),
    ).toEqual([])
  })

  it('keeps workflows free of everything that is not deterministic', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        folderOf(file) === 'workflows' &&
        target.startsWith('package:') &&
        !/^package:@temporalio\/(workflow|common)$/.test(target),
    )
    expect(wrong).toEqual([])
  })

  it('keeps the rules of money free of every package', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        folderOf(file) === 'domain' &&
        target.startsWith('package:') &&
        !/^package:(libphonenumber-js|any-ascii|ibantools|@noble\/hashes|@scure\/base)(?!\w)/.test(target),
    )
    expect(wrong).toEqual([])
  })

  it('has the run judged by nothing of the product: packages, and what torture itself says', () => {
    const judges = imports.filter(({ file }) => file.startsWith('torture/checker/'))
    expect(judges.length).toBeGreaterThan(0)
    const wrong = judges.filter(({ target }) => !/^(package:|torture\/)/.test(target))
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
    const outside = judges.filter(
      ({ target }) => target.startsWith('torture/') && !/^torture\/(checker\/|log\.ts$)/.test(target),
    )
    expect(outside.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  it('lets code outside the sandbox load only what workflows show', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        folderOf(target) === 'workflows' && folderOf(file) !== 'workflows' && !WORKFLOW_SURFACE.has(target),
    )
    expect(wrong).toEqual([])
  })

  it('names the tables of the book in ledger and db only', async () => {
    const outside = files.filter((file) => !['db', 'ledger'].includes(folderOf(file)))
    const texts = await Promise.all(
      outside.map(async (file) => ({ file, text: await readFile(join(ROOT, file), 'utf8') })),
    )
    expect(
      texts
        .filter(({ text }) => /['"`](balances|postings|holds|book_accounts)['"`]/.test(text))
        .map(({ file }) => file),
    ).toEqual([])
  })

  it('keeps every file under its size', async () => {
    const long = await Promise.all(
      files.map(async (file) => ({
        file,
        lines: (await readFile(join(ROOT, file), 'utf8')).split('\n').length,
      })),
    )
    expect(long.filter(({ lines }) => lines > 400)).toEqual([])
  })
})

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NOT_OURS = new Set(['node_modules', 'docs', 'test', 'coverage'])

type Kind = 'values' | 'types'

/** Who may import whom. A folder without a row fails, and so does an import that is not here. */
const MAY_IMPORT: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  domain: {},
  db: { domain: 'values' },
  ledger: { domain: 'values', db: 'values' },
  integrations: { domain: 'values' },
  audit: { db: 'values' },
  workflows: { domain: 'values', activities: 'types' },
  activities: { domain: 'values', db: 'values', ledger: 'values' },
  // Clients of the workflows name them by type and share their messages and queue names.
  temporal: { domain: 'values', db: 'values', workflows: 'values' },
  workers: {
    domain: 'values',
    db: 'values',
    ledger: 'values',
    integrations: 'values',
    activities: 'values',
    temporal: 'values',
    workflows: 'values',
  },
  api: { domain: 'values', db: 'values', ledger: 'values', integrations: 'values', temporal: 'values' },
  embedded: {},
  cli: {
    domain: 'values',
    db: 'values',
    integrations: 'values',
    temporal: 'values',
    workers: 'values',
    api: 'values',
    embedded: 'values',
  },
  bench: {
    domain: 'values',
    db: 'values',
    ledger: 'values',
    integrations: 'values',
    temporal: 'values',
    workers: 'values',
    api: 'values',
    embedded: 'values',
  },
  // It looks at the product from outside; only what starts processes is the product's own.
  torture: { embedded: 'values' },
}

/** The only files of workflows/ that code outside the sandbox may load. */
const WORKFLOW_SURFACE = new Set(['workflows/messages.ts', 'workflows/policy.ts', 'workflows/index.ts'])

type Import = {
  readonly file: string
  readonly target: string
  readonly written: string
  readonly isType: boolean
}

async function sourceFiles(folder = ROOT): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.name.startsWith('.') || NOT_OURS.has(entry.name)) return []
      if (entry.isDirectory()) return sourceFiles(path)
      return entry.name.endsWith('.ts') ? [relative(ROOT, path)] : []
    }),
  )
  return found.flat()
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

async function importsOf(file: string): Promise<Import[]> {
  const text = await readFile(join(ROOT, file), 'utf8')
  return [...text.matchAll(STATEMENT)].map(([, type, , target = '']) => ({
    file,
    written: target,
    target: target.startsWith('#')
      ? target.slice(1)
      : target.startsWith('.')
        ? relative(ROOT, join(ROOT, dirname(file), target))
        : `package:${target}`,
    isType: type !== undefined,
  }))
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? ''
}
