// Hosts import one module: what they trust comes along with what they install.
@_exported public import Trust
