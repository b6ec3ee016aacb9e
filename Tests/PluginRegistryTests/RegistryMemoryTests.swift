import Testing

@testable import PluginRegistry

/// Where the key of a signed registry is remembered.
@Suite struct RegistryMemoryTests {
    private func path(_ registry: String, _ endpoint: String?) -> String {
        RegistryMemory(folder: "/seen", endpoint: endpoint).path(of: RegistryLocation(registry, currentFolder: "/"))
    }

    /// Two stores may have buckets of one name.
    @Test func aBucketIsOneOfItsStore() {
        let bucket = "s3://plugins/team"
        #expect(path(bucket, "https://a.example.org") == path(bucket, "https://A.example.org/"))
        let all = [path(bucket, "https://a.example.org"), path(bucket, "https://b.example.org"), path(bucket, nil)]
        #expect(Set(all).count == 3)
        for other in ["/srv/registry", "https://c.example.org/registry", "oci://c.example.org/team"] {
            #expect(path(other, "https://a.example.org") == path(other, nil))
        }
    }
}
