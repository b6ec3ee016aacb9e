// Nothing runs by itself: the host calls what Plugin.swift exports.
