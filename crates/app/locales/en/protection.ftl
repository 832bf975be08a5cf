nav-protection = Password protection
protection-lead = What new passwords must be, and what they may not be made of.
protection-length = Length
protection-length-hint = Length protects better than anything else. NIST SP 800-63B section 3.1.1.2 asks for { $alone } characters where the password is all that signs people in, and for 8 where a second factor is always asked for. Passwords that people have already stay as they are.
protection-set-min-length = Fewest characters
protection-set-min-length-hint = 8 to 64. An operator's limits.password_min counts too, where it is higher; so does the directory's rule for its users.
protection-history = Earlier passwords
protection-history-hint = The password somebody has now can't be chosen again in any case. Passwords that are remembered are kept as hashes, and forgotten when you lower the number. For users of a directory, the directory remembers.
protection-set-history = Passwords remembered beside the present one
protection-set-history-hint = 0 to 24.
protection-kinds = Kinds of characters
protection-kinds-hint = Off, as NIST SP 800-63B section 3.1.1.2 asks: people meet such rules with a capital in front and a digit at the end. Here if an auditor of yours insists.
protection-kinds-none = None are asked for
protection-kinds-some = { $n } of these: capital letters, small letters, digits, other characters
protection-ours = Words that everybody tries
protection-ours-hint = Some { $count } words, years and rows of keys are always banned, in English and German. Names of the person and of the organization are too.
protection-words = Words of your organization
protection-words-hint = Add what people here would think of: brands, products, places, projects. The base word is enough: capitals, 0 for o, @ for a and the like are seen through.
protection-set-enforced = Enforce the custom list
protection-set-words = Custom banned words
protection-set-words-hint = One on each line, 4 to 16 characters, at most 1,000.
protection-test = Try a password
protection-candidate = Password to try
protection-candidate-hint = It is judged by the rules above as they are saved, and the name of your organization. What you type is kept nowhere.
protection-try = Try it
protection-points = { $points ->
    [one] It makes { $points } point; { $enough } are needed.
   *[other] It makes { $points } points; { $enough } are needed.
}
protection-pieces-hint = Each part is one point. Marked parts are banned words, as they were compared.
protection-piece-ours = everybody tries it
protection-piece-organization = banned by your organization
protection-verdict-fine = It would be taken.
protection-verdict-other = It would be refused, and they would be told:
protection-verdict-name = It would be refused: the name of your organization is in it.
protection-verdict-word = It would be refused: it is a banned word, but for one character.
protection-verdict-points = It would be refused: too little of it is anything but banned words.
