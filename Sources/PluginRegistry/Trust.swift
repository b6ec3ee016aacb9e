// Hosts import PluginRegistry alone.
@_exported public import Contract
@_exported public import Trust
