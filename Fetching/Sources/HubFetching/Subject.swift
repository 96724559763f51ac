internal import AsyncHTTPClient
internal import NIOHTTP1

/// What the hub is asked about, and what its refusals mean then.
struct Subject: Sendable {
    /// `owner/name`.
    let repository: String
    let revision: String
    /// The repository's page.
    let page: String
    /// The file, where one is asked for.
    var file: String?

    private var name: String { file.map { "\(repository)/\($0)" } ?? repository }

    /// The error of an answer that is none.
    ///
    /// - Parameter isAnonymous: whether no token was sent along.
    func failure(_ response: HTTPClientResponse, isAnonymous: Bool) -> any Error {
        let isGated = response.headers.first(name: "X-Error-Code") == "GatedRepo"
        switch response.status.code {
        case 401, 403:
            return FetchError(
                .forbidden, name, refusal(response.status.code, isGated: isGated, isAnonymous: isAnonymous))
        case 404, 410: return FetchError(.absent, name, absence(response.headers.first(name: "X-Error-Code")))
        case 429, 500...:
            let cause = response.status.code == 429 ? "too many requests" : "the hub fails"
            return PassingFailure(
                cause: "\(cause) (\(response.status.code))",
                delay: retryDelay(response.headers.first(name: "Retry-After")))
        default:
            return FetchError(.unavailable, name, "the hub answers \(response.status.code): check HF_ENDPOINT")
        }
    }

    private func refusal(_ code: UInt, isGated: Bool, isAnonymous: Bool) -> String {
        let login = "set HF_TOKEN to a token of \(settingsPage)"
        if isGated {
            return "asks for a consent: open \(page), accept its conditions\(isAnonymous ? ", and \(login)" : "")"
        }
        if isAnonymous { return "does not exist, or asks for a token: check the name, or \(login)" }
        let cause = code == 401 ? "does not exist, or the token is not accepted" : "the token may not read it"
        return "\(cause): check the name and HF_TOKEN, and what \(page) asks for"
    }

    private var settingsPage: String {
        page.hasSuffix("/" + repository) ? page.dropLast(repository.utf8.count) + "settings/tokens" : page
    }

    private func absence(_ code: String?) -> String {
        if file != nil { return "the hub lists the file and does not have it (404): try again later" }
        if code == "RevisionNotFound" {
            return "has no branch, tag or commit \(revision.quotedInMessage): see \(page)/tree/main"
        }
        return "there is no such repository on the hub: check the name"
    }
}
