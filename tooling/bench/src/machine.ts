import { statfsSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'

/** Where the figures were measured. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly platform: string
  readonly fileSystem: string
  readonly node: string
}

/** Magic numbers of `statfs`. */
const fileSystems: Readonly<Record<number, string>> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs',
  2035054128: 'overlayfs',
  801189825: 'zfs',
  26: 'apfs',
}

/** Describes this machine; `folder` is where the measured files lie. */
export function describeMachine(folder: string): Machine {
  const { type } = statfsSync(folder)
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    platform: `${platform()} ${release()} ${arch()}`,
    fileSystem: fileSystems[type] ?? `file system 0x${type.toString(16)}`,
    node: process.versions.node,
  }
}
