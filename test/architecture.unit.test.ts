import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  areaOf,
  AREAS,
  findCircles,
  folderOf,
  isRoof,
  MAY_IMPORT,
  SURFACES,
  TEST_ROOMS,
  type Import,
} from './architecture.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NOT_OURS = new Set(['node_modules', 'docs', 'coverage'])

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
const CALL = /\bimport\(\s*()()['"]([^'"]+)['"]/g

async function importsOf(file: string): Promise<Import[]> {
  const text = await readFile(join(ROOT, file), 'utf8')
  return [...text.matchAll(STATEMENT), ...text.matchAll(CALL)].map(([, type, , target = '']) => ({
    file,
    written: target,
    target: target.startsWith('#')
      ? target.slice(1)
      : target.startsWith('.')
        ? relative(ROOT, join(ROOT, dirname(file), target))
        : `package:${target}`,
    isType: Boolean(type),
  }))
}

const named = (imports: readonly Import[]) => imports.map(({ file, target }) => `${file} imports ${target}`)

describe('the structure', () => {
  let files: string[]
  let product: string[]
  /** Of the tests, too. */
  let all: Import[]
  let imports: Import[]

  beforeAll(async () => {
    files = await sourceFiles()
    product = files.filter((file) => folderOf(file) !== 'test')
    all = (await Promise.all(files.map(importsOf))).flat()
    imports = all.filter(({ file }) => folderOf(file) !== 'test')
  })

  it('is read: there are more imports than files', () => {
    expect(imports.length).toBeGreaterThan(product.length)
  })

  it('has a row in the table for each folder with code', () => {
    const folders = [...new Set(product.filter((file) => file.includes('/')).map(folderOf))]
    expect(folders.toSorted()).toEqual(Object.keys(MAY_IMPORT).toSorted())
  })

  it('imports one way only', () => {
    const wrong = imports.filter(({ file, target, isType }) => {
      const [from, to] = [folderOf(file), folderOf(target)]
      if (target.startsWith('package:') || from === to || !file.includes('/')) return false
      const allowed = MAY_IMPORT[from]?.[to]
      return allowed === undefined || (allowed === 'types' && !isType)
    })
    expect(named(wrong)).toEqual([])
  })

  it('crosses folders by # names and stays inside them with ./ names', () => {
    const wrong = imports.filter(({ file, target, written }) =>
      folderOf(file) === folderOf(target) ? written.startsWith('#') : written.startsWith('.'),
    )
    expect(named(wrong)).toEqual([])
  })

  it('has no file that depends on itself in a circle, by values or by types, tests included', () => {
    expect(findCircles(all.map(({ file, target }) => [file, target]))).toEqual([])
  })

  describe.each(Object.keys(AREAS))('%s', (layer) => {
    const areas = AREAS[layer] ?? {}

    it('has a row in the table for each of its areas', () => {
      const folders = product.map(areaOf).filter((area) => area?.layer === layer)
      const names = new Set(folders.map((area) => area?.name).filter((name) => name !== undefined))
      expect([...names].toSorted()).toEqual(Object.keys(areas).toSorted())
    })

    it('lets an area import areas that stand above it in the table, so that none imports itself in a circle', () => {
      const names = Object.keys(areas)
      const upward = names.filter((name, n) => areas[name]?.some((other) => names.indexOf(other) >= n))
      expect(upward).toEqual([])
    })

    it('has areas that import one way only', () => {
      const wrong = imports.filter(({ file, target }) => {
        const [from, to] = [areaOf(file), areaOf(target)]
        if (from?.layer !== layer || to?.layer !== layer || from.name === to.name) return false
        if (from.name === undefined) return !isRoof(file)
        return to.name === undefined ? isRoof(target) : !areas[from.name]?.includes(to.name)
      })
      expect(named(wrong)).toEqual([])
    })
  })

  it('keeps workflows free of everything that is not deterministic', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        folderOf(file) === 'workflows' &&
        target.startsWith('package:') &&
        !/^package:@temporalio\/(workflow|common)$/.test(target),
    )
    expect(named(wrong)).toEqual([])
  })

  it('keeps the rules of money free of every package', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        folderOf(file) === 'domain' &&
        target.startsWith('package:') &&
        !/^package:(libphonenumber-js|any-ascii|ibantools|@noble\/hashes|@scure\/base)(?!\w)/.test(target),
    )
    expect(named(wrong)).toEqual([])
  })

  it('has the run judged by nothing of the product: packages, and what torture itself says', () => {
    const judges = imports.filter(({ file }) => file.startsWith('torture/checker/'))
    expect(judges.length).toBeGreaterThan(0)
    const outside = judges.filter(({ target }) => !/^(package:|torture\/(checker\/|log\.ts$))/.test(target))
    expect(named(outside)).toEqual([])
  })

  it('lets code outside the sandbox load only what workflows show', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        folderOf(target) === 'workflows' && folderOf(file) !== 'workflows' && !SURFACES.has(target),
    )
    expect(named(wrong)).toEqual([])
  })

  it('names the tables of the book in ledger and db only', async () => {
    const outside = product.filter((file) => !['db', 'ledger'].includes(folderOf(file)))
    const texts = await Promise.all(
      outside.map(async (file) => ({ file, text: await readFile(join(ROOT, file), 'utf8') })),
    )
    expect(
      texts
        .filter(({ text }) => /['"`](balances|postings|holds|book_accounts)['"`]/.test(text))
        .map(({ file }) => file),
    ).toEqual([])
  })

  it('says in the name of each file of tests what it opens', () => {
    const tests = files.filter((file) => file.endsWith('.test.ts'))
    expect(tests.filter((file) => !/\.(unit|db|api|engine|torture)\.test\.ts$/.test(file))).toEqual([])
  })

  it('keeps tests under the areas of the product, or in a room that has a reason of its own', () => {
    const rooms = new Set([...Object.keys(AREAS['domain'] ?? {}), ...TEST_ROOMS])
    const tests = files.filter((file) => /^test\/.*\/.*\.test\.ts$/.test(file))
    expect(tests.filter((file) => !rooms.has(file.split('/')[1] ?? ''))).toEqual([])
  })

  it('keeps every file under its size', async () => {
    const long = await Promise.all(
      product.map(async (file) => ({
        file,
        lines: (await readFile(join(ROOT, file), 'utf8')).split('\n').length,
      })),
    )
    expect(long.filter(({ lines }) => lines > 400)).toEqual([])
  })
})
