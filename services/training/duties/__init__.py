"""What should be asked of a person today: from his spells and what is open or published to commands. Pure.

Whatever happens (a hire, a transfer, leave, a new campaign, a company joining) ends here: the person is looked at
anew and asked for what he is not asked for yet. Asking twice changes nothing, so nothing depends on the order of
events.
"""
