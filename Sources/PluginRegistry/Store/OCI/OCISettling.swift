internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import Synchronization
internal import Transfers
internal import Trust

/// Building the index from the journal: every writer gets the same result.
extension OCITransaction {
    /// Writes the records to the journal, then builds the index from the journal, until the index contains all of it.
    ///
    /// Who writes the index last has read the journal after everybody's record was in it: nothing is lost.
    func settle(
        _ mine: inout [OCIRecord], _ generation: Int, _ sign: (@Sendable ([UInt8]) throws -> [UInt8])?,
        takingUnsigned: Bool = false, whenAlone tag: () throws -> Void
    ) throws -> OCIIndexState {
        let own = Set(mine.map(\.id))
        var wanted = generation, isTagged = false, done: Set<String> = []
        for attempt in 0..<Self.maximumRounds {
            if attempt > 2 { Pause.random(0...min(3000, 50 << min(attempt, 6))) }
            try push(&mine, to: wanted, besides: done, sign)
            var state = try store.read()
            // The keeper has signed it with this change in it.
            if sign == nil, !own.isEmpty, own.allSatisfy(state.contains), try store.isSigned(state) { return state }
            let seal = try checkedSeal(state, sign), pages = try JournalPages(of: state, in: store.journal)
            try checkJournal(state, pages.ids, mine)
            if let signed = try store.signedSince(state, [(state.generation, pages.ids), (pages.next, pages.nextIDs)]) {
                // Somebody who did not know that it is signed, perhaps this writer, has pushed over it.
                try client.push(signed.found.bytes, to: prefix, as: OCIFile.indexTag)
                done = []
                wanted = signed.state.generation
                continue
            }
            done.formUnion(own.filter(state.contains))
            let open = mine.filter { !done.contains($0.id) }
            guard open.allSatisfy({ $0.generation == state.generation || $0.generation == pages.next }) else {
                wanted = pages.next
                continue
            }
            // Where it is wanted, also what was on its way when the registry was signed.
            var (records, later) = try pages.records(of: state, seal: takingUnsigned ? nil : seal, besides: own)
            if !open.isEmpty, !isTagged {
                try checkAlone(open, among: records + later, state, sign)
                try tag()
                isTagged = true
            }
            taken.formUnion((records + later).map(\.name))
            records += open.filter { $0.generation == state.generation }
            later += open.filter { $0.generation != state.generation }
            if !pages.isClosed, !state.applied.isEmpty,
                state.applied.count + records.count > OCIJournal.maximumRecords
            {
                try store.journal.close(state.generation)
                continue
            }
            guard try pages.enter(records, later, into: &state, own: own) else { return state }
            do { try write(&state, sign) } catch let error as RegistryError where error.kind == .changedMeanwhile {
                // It took so long that everything has to be looked at again.
                continue
            }
        }
        throw changedTooOften()
    }

    /// Writes the records that are not `done` to this generation of the journal.
    private func push(
        _ mine: inout [OCIRecord], to generation: Int, besides done: Set<String>,
        _ sign: (@Sendable ([UInt8]) throws -> [UInt8])?
    ) throws {
        let seal = try OCIStore.seal(store.lastIndex.value.withLock { $0?.state } ?? OCIIndexState())
        for place in mine.indices where mine[place].generation != generation && !done.contains(mine[place].id) {
            mine[place].generation = generation
            mine[place].registry = seal?.registry
            try store.journal.push(mine[place], signed: sign)
        }
    }

    /// Refuses to go on where a record of this writer is gone from the journal of an index: a paused writer has replaced a later one.
    private func checkJournal(_ state: OCIIndexState, _ ids: [String], _ mine: [OCIRecord]) throws {
        for record in mine where record.generation == state.generation && !ids.contains(record.id) {
            // Not every registry lists at once what was pushed.
            let journal = store.journal.repository(state.generation)
            guard try client.manifest(journal, record.id) == nil else { continue }
            throw Problem(
                .changedMeanwhile,
                "the journal of \(store.location) was cleared while this change was paused, so its index may be an old one",
                help:
                    "compare the versions that pdk list shows with the tags of the repositories, and publish again what is missing before pdk registry gc"
            )
        }
    }

    /// Gives up where somebody else publishes the same version with other bytes.
    private func checkAlone(
        _ mine: [OCIRecord], among others: [OCIRecord], _ state: OCIIndexState,
        _ sign: (@Sendable ([UInt8]) throws -> [UInt8])?
    ) throws {
        for record in mine {
            let rival = others.first {
                $0.contradicts(record) && $0.time > record.time - Self.secondsOfAPublish
            }
            guard let rival else { continue }
            for record in mine { abandon(record, state, sign) }
            throw refusal(of: record, rival)
        }
    }

    /// Says in the plugin's own index that this change is not waited for.
    private func abandon(
        _ record: OCIRecord, _ state: OCIIndexState, _ sign: (@Sendable ([UInt8]) throws -> [UInt8])?
    ) {
        var state = state
        state.applied.insert(record.id)
        try? writeOwnIndex(of: record.name, state, sign)
    }

    private static let maximumRounds = 200
    /// How long a publisher may take from its record to its tag; who was killed in between is not waited for longer.
    private static let secondsOfAPublish = 600

    func refusal(of mine: OCIRecord, _ rival: OCIRecord) -> Problem {
        Problem(
            .alreadyPublished,
            "someone else is publishing \(rival.name) v\((rival.edit.added?.version ?? "").printable) to \(store.location), with other bytes",
            help: "raise version:, or try again in ten minutes")
    }

    func changedTooOften() -> Problem {
        Problem(
            .changedMeanwhile, "\(store.location) was changed by others while this change was tried", help: "try again")
    }

    /// The seal of an index that this writer has to sign; what it signs must be as its key signed it before.
    func checkedSeal(
        _ state: OCIIndexState, _ sign: (([UInt8]) throws -> [UInt8])?
    ) throws -> (key: PublicKey?, registry: String)? {
        guard let seal = try OCIStore.seal(state) else { return nil }
        guard sign != nil else {
            var change = RegistryChange(splices: [IndexSplice(0..<0, [])])
            change.needsSignature = true
            try change.checkSignature(store.location)
            return seal
        }
        guard state.isSigned(by: seal.key) else {
            throw RegistryError(
                .indexUntrusted, "the index of \(store.location) does not match its signature",
                help: "check its contents; if they are right: pdk registry sign --accept-changes")
        }
        return seal
    }

    /// Pushes the index; `note` is the id of the note that is left before, where the index is signed anew.
    func write(
        _ state: inout OCIIndexState, _ sign: (([UInt8]) throws -> [UInt8])?, leaving note: String? = nil
    ) throws {
        let text = state.text ?? []
        let outline = try IndexOutline(of: text)
        state.signature = try outline.isSigned ? sign?(text) : nil
        if outline.isSigned, !state.isSigned(by: outline.registryKey) {
            throw RegistryError(.indexUntrusted, "the key does not sign the index of \(store.location)")
        }
        let manifest = try OCIIndexState.manifest(
            text, signature: state.signature, applied: state.applied, closed: state.closed,
            generation: state.generation)
        if let note, let sign {
            // By its digest the index is there before anybody is told of it.
            try client.push(text, to: prefix)
            if let signature = state.signature { try client.push(signature, to: prefix) }
            try leaveNote(note, of: manifest, state, sign)
        }
        try pushIndex(manifest, text, state, to: prefix)
        state.digest = try OCIDescriptor.digest(of: manifest.bytes)
    }

    /// Pushes an index that was made of a state; error `changedMeanwhile`: that is too old by now.
    func pushIndex(_ manifest: OCIManifest, _ text: [UInt8], _ state: OCIIndexState, to repository: String) throws {
        try client.push(text, to: repository)
        if let signature = state.signature { try client.push(signature, to: repository) }
        guard !state.isTooOld else {
            throw RegistryError(
                .changedMeanwhile, "\(store.location) may have been changed while this change was paused",
                help: "try again")
        }
        try client.push(manifest.bytes, to: repository, as: OCIFile.indexTag)
        let digest = try OCIDescriptor.digest(of: text)
        if repository == prefix { store.lastIndex.text.withLock { $0 = (digest, text) } }
        store.memory.keep(text, as: digest)
    }

    /// Replaces what stands around the entries, in the state that was read.
    ///
    /// Whoever has published meanwhile has left a record, which is put into the new index; and the new index is written again
    /// by the caller where another one has replaced it.
    func replaceIndex(_ change: RegistryChange, expecting revision: Revision?) throws {
        func meanwhile() -> RegistryError {
            RegistryError(.changedMeanwhile, "\(store.location) was changed meanwhile", help: "try again")
        }
        guard try store.readIndex(into: { _ in }) == revision else { throw meanwhile() }
        var state = OCIIndexState()
        if revision != nil { state = store.lastIndex.value.withLock { $0?.state } ?? state }
        let wasSigned = try store.isSigned(state)
        state.text = IndexSplice.apply(change.splices, to: state.text ?? [])
        let note = change.signature.map { _ in OCISealNote.id(at: WallClock.seconds, after: state) }
        if let note { state.applied.insert(note) }
        try write(&state, change.signature, leaving: note)
        var current = state
        for item in change.derived where item.path.hasSuffix(".json") {
            // Of many plugins, this takes long.
            if current.isTooOld { current = try store.read() }
            guard let name = PluginName(String(FilePaths.name(of: item.path).dropLast(5))) else { continue }
            if let note, !wasSigned { try markSigned(note, name) }
            try writeOwnIndex(of: name, current, change.signature)
        }
        var none: [OCIRecord] = []
        let isFirst = change.signature != nil && !wasSigned
        taken = []
        let now = try settle(
            &none, state.generation, change.signature, takingUnsigned: isFirst || change.takesUnsigned
        ) {}
        for name in taken { try writeOwnIndex(of: name, now, change.signature) }
        guard now.digest != state.digest else { return }
        let mine = try Self.outline(state), its = try Self.outline(now)
        let hasMine = IndexSeal.Member.kept.allSatisfy { mine[$0]?.value == its[$0]?.value }
        guard hasMine, its.serial ?? 0 > mine.serial ?? 0 else { throw meanwhile() }
    }

    private static func outline(_ state: OCIIndexState) throws -> IndexOutline {
        try IndexOutline(of: state.text ?? [])
    }
}

extension OCIStore {
    /// Enters what killed writers have left in the journal, and writes the own index of a plugin that lacks a change.
    ///
    /// Who may not write here leaves it to others, and so does everybody without the key of a signed registry.
    func settle(_ name: PluginName?) throws {
        let state = try read()
        guard try !isSigned(state), state.text != nil else { return }
        let transaction = OCITransaction(self)
        do {
            var none: [OCIRecord] = []
            let now = try transaction.settle(&none, state.generation, nil) {}
            guard let name else { return }
            let repository = try OCIFile.repository(of: name, below: prefix)
            let known = try client.manifest(repository, OCIFile.indexTag).map { OCIIndexState.ids(in: $0) } ?? []
            let marks = try client.tags(repository).filter { OCIRecord.time(of: $0) != nil && !known.contains($0) }
            if marks.contains(where: now.contains) { try transaction.writeOwnIndex(of: name, now, nil) }
        } catch let error as RegistryError where error.kind == .storeRefused {
            return
        }
    }
}

/// The journal beside a state of the index: its generation, and the one after it where that is closed.
private struct JournalPages {
    let ids: [String]
    let isClosed: Bool
    /// The generation that is written to.
    let next: Int
    let nextIDs: [String]
    private let journal: OCIJournal

    init(of state: OCIIndexState, in journal: OCIJournal) throws {
        self.journal = journal
        (ids, isClosed) = try journal.tags(state.generation)
        next = isClosed ? state.generation + 1 : state.generation
        nextIDs = isClosed ? try journal.tags(next).ids : []
    }

    /// What others have written and the index does not have, of both generations.
    func records(
        of state: OCIIndexState, seal: (key: PublicKey?, registry: String)?, besides own: Set<String>
    ) throws -> (now: [OCIRecord], later: [OCIRecord]) {
        let now = try journal.records(state.generation, ids, notIn: state, seal: seal, besides: own)
        guard isClosed else { return (now, []) }
        return (now, try journal.records(next, nextIDs, notIn: state, seal: seal, besides: own))
    }

    /// Puts records into the index; false where there is nothing to change.
    func enter(
        _ records: [OCIRecord], _ later: [OCIRecord], into state: inout OCIIndexState, own: Set<String>
    ) throws -> Bool {
        let merged = try journal.merged(records.sorted(by: OCIRecord.precedes), into: state.text, own: own)
        let more = try journal.merged(later.sorted(by: OCIRecord.precedes), into: merged.text, own: own)
        if merged.settled.isEmpty, more.settled.isEmpty, !isClosed { return false }
        if isClosed {
            state.closed = state.applied.union(merged.settled)
            state.applied = more.settled
            state.generation = next
        } else {
            state.applied.formUnion(merged.settled)
        }
        state.text = more.text
        return true
    }
}
