/** A device that asks to be paired, as `device.pair.list` and `device.pair.requested` show it. */
export interface DeviceRequest {
  readonly requestId: string
  readonly deviceId: string
  readonly publicKey: string
  /** Milliseconds since 1970. */
  readonly ts: number
  readonly displayName?: string
  readonly platform?: string
  readonly deviceFamily?: string
  readonly clientId?: string
  readonly clientMode?: string
  readonly role?: string
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
  readonly remoteIp?: string
  readonly silent?: boolean
  /** The key was paired before, with less. */
  readonly isRepair?: boolean
}

/** A device's token without the token. Times in milliseconds since 1970. */
export interface DeviceTokenSummary {
  readonly role: string
  readonly scopes: readonly string[]
  readonly createdAtMs: number
  readonly rotatedAtMs?: number
  readonly revokedAtMs?: number
  readonly lastUsedAtMs?: number
}

/** A device that is paired. Times in milliseconds since 1970. */
export interface PairedDevice {
  readonly deviceId: string
  readonly publicKey: string
  readonly createdAtMs: number
  readonly approvedAtMs: number
  readonly displayName?: string
  readonly platform?: string
  readonly deviceFamily?: string
  readonly clientId?: string
  readonly clientMode?: string
  readonly role?: string
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
  readonly remoteIp?: string
  readonly tokens?: readonly DeviceTokenSummary[]
}

/** Result of `device.pair.list`. */
export interface DeviceList {
  readonly pending: readonly DeviceRequest[]
  readonly paired: readonly PairedDevice[]
}

/** Parameters that name one request. */
export interface RequestRef {
  readonly requestId: string
}

/** Parameters that name one device; also the result of `device.pair.remove`. */
export interface DeviceRef {
  readonly deviceId: string
}

/** Parameters of `device.pair.approve`. */
export interface DeviceApproval extends RequestRef {
  /** Digest of what the approver was shown; ours alone, existing clients send none. */
  readonly digest?: string
}

/** Result of `device.pair.approve`. */
export interface DeviceApproved extends RequestRef {
  readonly device: PairedDevice
}

/** Result of `device.pair.reject`. */
export interface DeviceRejected extends RequestRef, DeviceRef {}

/** Parameters and result of `device.pair.rename`. */
export interface DeviceLabel extends DeviceRef {
  /** The owner's name for the device. */
  readonly label: string
}

/** Parameters of `device.token.revoke`. */
export interface DeviceRole extends DeviceRef {
  readonly role: string
}

/** Parameters of `device.token.rotate`. */
export interface TokenRotation extends DeviceRole {
  /** What the old token had where they are absent. */
  readonly scopes?: readonly string[]
}

/** Result of `device.token.rotate`. */
export interface TokenRotated extends DeviceRole {
  readonly scopes: readonly string[]
  readonly rotatedAtMs: number
  /** A secret; absent where it is handed to the device alone. */
  readonly token?: string
}

/** Result of `device.token.revoke`. */
export interface TokenRevoked extends DeviceRole {
  readonly revokedAtMs: number
}

/** Payload of `device.pair.resolved`. */
export interface DeviceResolved extends RequestRef, DeviceRef {
  /** `approved`, `rejected`; newer gateways say more. */
  readonly decision: string
  readonly ts: number
}
