// What the host calls: under each hook's name, the function of Plugin.swift that does the work.
import PluginSDK

@c(pre_query)
public func exportedPreQuery(_ address: Int, _ length: Int) -> UInt64 { runPreQuery(address, length, preQuery) }

@c(post_query)
public func exportedPostQuery(_ address: Int, _ length: Int) { runPostQuery(address, length, postQuery) }
