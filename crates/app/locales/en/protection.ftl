nav-protection = Password protection
protection-lead = Words that nobody's new password may be made of.
protection-ours = Words that everybody tries
protection-ours-hint = Some { $count } words, years and rows of keys are always banned, in English and German. Names of the person and of the organization are too.
protection-words = Words of your organization
protection-words-hint = Add what people here would think of: brands, products, places, projects. The base word is enough: capitals, 0 for o, @ for a and the like are seen through.
protection-set-enforced = Enforce the custom list
protection-set-words = Custom banned words
protection-set-words-hint = One on each line, 4 to 16 characters, at most 1,000.
protection-test = Try a password
protection-candidate = Password to try
protection-candidate-hint = It is judged against both lists and the name of your organization. What you type is kept nowhere.
protection-try = Try it
protection-points = { $points ->
    [one] It makes { $points } point; { $enough } are needed.
   *[other] It makes { $points } points; { $enough } are needed.
}
protection-pieces-hint = Each part is one point. Marked parts are banned words, as they were compared.
protection-piece-ours = everybody tries it
protection-piece-organization = banned by your organization
protection-verdict-fine = It would be taken.
protection-verdict-name = It would be refused: the name of your organization is in it.
protection-verdict-word = It would be refused: it is a banned word, but for one character.
protection-verdict-points = It would be refused: too little of it is anything but banned words.
