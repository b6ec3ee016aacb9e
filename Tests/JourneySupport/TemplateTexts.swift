/// Files of templates that several suites make.
package enum TemplateTexts {
    /// A `plugin.yaml.mustache` with everything that a manifest needs.
    package static let manifest = """
        name: {{name}}
        version: {{version}}
        description: {{description}}
        author: {{author}}
        license: {{license}}
        hooks:
        {{#hooks}}
          - {{name}}
        {{/hooks}}

        """
}
